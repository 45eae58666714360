/** Who may have memory and a thread: what is claimed stays below a limit, and what alone is more than that is had alone. */

/** What has been granted. */
export interface Claim {
  /** Less was needed. */
  shrink(bytes: number): void;
  end(): void;
}

interface Asked {
  readonly bytes: number;
  /** Traces wait for memory, cells for a thread too. */
  readonly slots: 0 | 1;
  readonly grant: (claim: Claim) => void;
}

export class MemoryClaims {
  private bytes = 0;
  private slots = 0;
  private waiting: Asked[] = [];

  constructor(
    private readonly limitBytes: number,
    private readonly limitSlots: number,
  ) {}

  /** Waits until there is a free slot, and memory or no other cell. */
  forCell(bytes: number): Promise<Claim> {
    return this.claim(bytes, 1);
  }

  /** Waits until there is memory, or no cell that will give any back. */
  forTrace(bytes: number): Promise<Claim> {
    return this.claim(bytes, 0);
  }

  private claim(bytes: number, slots: 0 | 1): Promise<Claim> {
    return new Promise((grant) => {
      this.waiting.push({ bytes, slots, grant });
      this.grant();
    });
  }

  private grant(): void {
    this.waiting = this.waiting.filter((asked) => {
      if (!this.fits(asked)) return true;
      asked.grant(this.granted(asked));
      return false;
    });
  }

  private granted({ bytes, slots }: Asked): Claim {
    let held = bytes;
    const hold = (change: number, slots: number): void => {
      this.bytes += change;
      this.slots += slots;
      if (change < 0 || slots < 0) this.grant();
    };
    hold(bytes, slots);
    return {
      shrink: (bytes) => {
        hold(bytes - held, 0);
        held = bytes;
      },
      end: () => hold(-held, -slots),
    };
  }

  private fits({ bytes, slots }: Asked): boolean {
    if (this.slots + slots > this.limitSlots) return false;
    return this.slots === 0 || this.bytes + bytes <= this.limitBytes;
  }
}
