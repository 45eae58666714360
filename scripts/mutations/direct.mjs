/** Faults in paravirtual paging. */
export const IN_DIRECT = {
  'src/paging/direct/paravirtual-linux.ts': {
    tests: ['direct'],
    faults: [
      ['spaces.pendingOf(type.owner)!.leaves--;', '', "mprotect's clears trap too"],
      ['    this.spaces.die(owner);\n', '', 'a space that is not loaded does not die of clears'],
      [
        'else if (user && cleared.target === here.target) this.batched(table);',
        '',
        'a moved leaf is a call of its own',
      ],
      [
        "if (target === copied) return this.spaces.storeTrapped('byteStores', 1);",
        '',
        "fork's write protection of a user trace is mprotect's",
      ],
      ['    if (isNew) spaces.adopt(level);\n', '', 'a new table is not made read-only'],
      ['    if (oldChild >= 0) types.drop(oldChild);\n', '', 'an unlinked table stays one'],
    ],
  },
  'src/paging/direct/machine-tables.ts': {
    tests: ['direct'],
    faults: [
      ['(low & PTE.writable) !== 0 && this.isTable(guestFrame)', 'false as boolean', 'a table may be mapped writable'],
      ['this.withheld.has(place) ? PTE.writable : 0', '0', 'the guest sees that a right is withheld'],
      [
        '    for (const piece of this.splits.drop(place)) this.drop(piece);\n',
        '',
        'a large leaf that is replaced stays known',
      ],
    ],
  },
  'src/paging/direct/multicall.ts': {
    tests: ['direct'],
    faults: [
      [
        'this.bytes + BYTES[call] < ARGUMENT_BYTES',
        'this.bytes + BYTES[call] <= ARGUMENT_BYTES',
        'a batch takes 32 entries',
      ],
      ['if (calls.length === 1) {', 'if (calls.length === 0) {', 'a call alone is a multicall'],
    ],
  },
  'src/paging/direct/address-spaces.ts': {
    tests: ['direct'],
    faults: [
      ["this.storeTrapped('wordStores', leaves);", '', 'what is unmapped does not trap'],
      ['      this.die(current);\n', '      this.live(current);\n', 'a space that ended was alive'],
      ['if (!this.spaces.has(root)) this.pin(root);', 'this.pin(root);', 'a space is pinned at each load'],
    ],
  },
};
