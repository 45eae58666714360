/** Where guest-physical frames are in system memory, known without a walk: a memory slot table of a VMM. */
export interface FrameMap {
  /** System frame of a guest-physical frame; −1 if there is none. */
  frameOf(guestFrame: number): number;
}
