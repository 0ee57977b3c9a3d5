/**
 * Hands out addresses 10.1.x.y, each to one Pod at a time. Addresses that came back are used again last, so that a
 * client which still talks to a Pod that ended does not soon reach another.
 */
export class AddressPool {
  private next: number;
  private readonly used = new Set<string>();
  private readonly returned: string[] = [];

  /** `start` is the number of the first address, 0..65023; two pools of one cluster should start far apart. */
  constructor(start = 0) {
    this.next = start;
  }

  /** An address that nobody has. Throws when all are in use. */
  take(): string {
    const address = this.fresh() ?? this.returned.shift();
    if (address === undefined) throw new Error("all addresses of 10.1.0.0/16 are in use");
    this.used.add(address);
    return address;
  }

  /** Notes that somebody has this address already. */
  reserve(address: string): void {
    this.used.add(address);
  }

  giveBack(address: string): void {
    if (this.used.delete(address)) this.returned.push(address);
  }

  private fresh(): string | undefined {
    while (this.next < capacity) {
      const address = addressOf(this.next++);
      if (!this.used.has(address)) return address;
    }
    return undefined;
  }
}

const hostsPerBlock = 254;
const capacity = 256 * hostsPerBlock;

function addressOf(number: number): string {
  return `10.1.${Math.floor(number / hostsPerBlock)}.${(number % hostsPerBlock) + 1}`;
}
