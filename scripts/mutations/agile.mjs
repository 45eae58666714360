/** Faults in agile and selective paging. */
export const IN_AGILE = {
  'src/paging/agile/modes.ts': {
    tests: ['shadow'],
    faults: [
      ['return count >= this', 'return count > this', 'a table is moved at the third write'],
      ['this.nestedTables.cleanAll();', '', 'dirty bits are never cleared'],
      ['this.look(child, level - 1, looked);', 'void child;', 'what is below a table that goes back is not looked at'],
      ['this.tables.unlinkGuest(place, guestFrame);', 'void place;', 'a table goes back, and walks still switch to it'],
      ['child.parents.size === 0 && ', '', 'tables that something else leads to are given up'],
      ['    this.writes.clear();\n', '', 'writes of all intervals are counted together'],
    ],
  },
  'src/paging/agile/agile.ts': {
    tests: ['shadow'],
    faults: [
      ['this.nestedTables.soil(guestFrame);', 'void 0;', 'writes in nested mode set no dirty bit'],
      ['if (this.injects) leaveGuest', 'leaveGuest', 'faults below a switch exit'],
      ['walker.tally.disown();', '', "the hardware's own walks count as walks of the guest"],
      ['    this.tables.guard = this.nestedTables;\n', '', 'nested tables let shadowed tables be written'],
      ['if (!this.hardwareKnows(rootFrame)) leaveGuest', 'leaveGuest', 'each MOV to CR3 exits'],
    ],
  },
  'src/paging/selective/policy.ts': {
    tests: ['shadow'],
    faults: [
      ['if (this.stay === 1) return mode;', '', 'the first interval in a mode is judged'],
      ['Math.min(LONGEST_WAIT, 2 * this.wait)', '1', 'shadow paging is tried again at once'],
      ['faults * this.exitsPerFault + ', '', 'guest faults are not weighed'],
    ],
  },
  'src/mmu/switching.ts': {
    tests: ['shadow', 'walk'],
    faults: [
      ['this.at = level - 1;', 'this.at = level;', 'a switch counts one level too high'],
      ["this.root === 'known' ? top : top + 1", 'top + 1', 'a known root counts as one that was found'],
    ],
  },
};
