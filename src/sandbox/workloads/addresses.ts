/**
 * Hands out addresses 10.1.x.y, each to one Pod at a time. Addresses that came back are used again last, so that a
 * client which still talks to a Pod that ended does not soon reach another.
 */
export class AddressPool {
  private next: number;
  private readonly returned: string[] = [];

  /** `start` is the number of the first address, 0..65023; two pools of one cluster should start far apart. */
  constructor(start = 0) {
    this.next = start;
  }

  /** An address that nobody has. Throws when 65 024 Pods run at once. */
  take(): string {
    if (this.next < capacity) return addressOf(this.next++);
    const again = this.returned.shift();
    if (again === undefined) throw new Error("all addresses of 10.1.0.0/16 are in use");
    return again;
  }

  giveBack(address: string): void {
    this.returned.push(address);
  }
}

const hostsPerBlock = 254;
const capacity = 256 * hostsPerBlock;

function addressOf(number: number): string {
  return `10.1.${Math.floor(number / hostsPerBlock)}.${(number % hostsPerBlock) + 1}`;
}
