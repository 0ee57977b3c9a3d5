/** Classes of work, the most urgent first. A key that waits in several takes the most urgent. */
export const queueClasses = ["deletion", "readinessLost", "readinessGained", "spec", "resync"] as const;

/** Why a key is worked on. */
export type QueueClass = (typeof queueClasses)[number];

const ranks: Readonly<Record<QueueClass, number>> = {
  deletion: 0,
  readinessLost: 1,
  readinessGained: 2,
  spec: 3,
  resync: 4,
};

/** The more urgent of two classes. */
export function moreUrgent(left: QueueClass, right: QueueClass): QueueClass {
  return ranks[left] <= ranks[right] ? left : right;
}
