/** What is replayed once for many TLBs would not be the same for all of them: they have to be replayed one by one. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}
