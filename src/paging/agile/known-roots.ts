/** The hardware's small cache of guest roots and their shadows: MOV to CR3 with one of them needs no VMM. Gandhi et al., ISCA 2016. */
export class KnownRoots {
  /** Guest frames; the one used last stands last. */
  private held: number[] = [];

  constructor(private readonly most: number) {}

  has(guestFrame: number): boolean {
    return this.held.includes(guestFrame);
  }

  use(guestFrame: number): void {
    this.held = [...this.held.filter((one) => one !== guestFrame), guestFrame].slice(
      -this.most || this.held.length + 1,
    );
  }
}
