/** Faults in shadow paging. */
export const IN_SHADOW = {
  'src/paging/shadow/sync.ts': {
    tests: ['shadow'],
    faults: [
      ["if (asker === 'prefetch') return false;", '', 'a prefetched leaf lets a table go out of sync'],
      [
        'this.markAbove(page);\n    }\n    this.makeRoom',
        '}\n    this.makeRoom',
        'tables above do not know of what is out of sync',
      ],
      [
        'for (const { role } of late) this.tables.protect(role.guestFrame);',
        '',
        'a table that is in sync again is not protected',
      ],
      ['page.unsync = false;', '', 'a table that is in sync again is not marked so'],
      [
        'if ((low & wanted) !== wanted) return false;',
        'if ((low & 1) === 0) return false;',
        'entries that are not accessed are filled',
      ],
      [
        'this.access = page.role.access & accessOf(low, high, (low & PTE.dirty) !== 0);',
        'this.access = page.role.access & accessOf(low, high);',
        'clean entries are filled writable',
      ],
      [
        'this.access = page.role.access & accessOf(',
        'this.access = accessOf(',
        'rights of the entries above are forgotten',
      ],
      ['this.guestFrame === page.target(index))', 'true)', 'an entry that points elsewhere is kept'],
      ['const first = index - (index % prefetch);', 'const first = index;', 'prefetch begins at the page that faulted'],
      [
        'if (page.level > 1 || !this.policy.unsync) return true;',
        'if (page.level > 2 || !this.policy.unsync) return true;',
        'level-2 tables go out of sync',
      ],
    ],
  },
  'src/paging/shadow/fill.ts': {
    tests: ['shadow'],
    faults: [
      [
        'if (other.unsync) tables.zap(other);',
        'if (false as boolean) tables.zap(other);',
        'an upper table leaves a shadow of its frame out of sync',
      ],
      [
        'if (held.unsync) this.sync.update(held); // and stays out of sync',
        '',
        'a table that is found is not brought up to date',
      ],
      ['this.sync.syncBelow(child);', '', 'what is out of sync below a table that is found stays so'],
      ['if (child.unsync) this.sync.markAbove(child);', '', 'a link does not say that its table is out of sync'],
      [
        'if (level !== this.format.bareLevel) access &= accessOf(software.pathLow(level), software.pathHigh(level));',
        '',
        'all shadows of a table have one role',
      ],
      ['&& !tables.hasShadowed(guestFrame)', '', 'a large leaf lies over a table'],
    ],
  },
  'src/paging/shadow/emulation.ts': {
    tests: ['shadow'],
    faults: [
      ['++page.writes >= floodLimit', '++page.writes > floodLimit', 'floods are found one write late'],
      ['} else this.follow(page, index);', '}', 'an emulated write leaves the shadow entry'],
    ],
  },
  'src/paging/shadow/refused-stores.ts': {
    tests: ['shadow'],
    faults: [
      [
        'if (begun !== NONE && begun !== guestFrame) this.giveUp(begun);',
        '',
        'a store that is no table write is forgotten',
      ],
    ],
  },
  'src/paging/shadow/shadow.ts': {
    tests: ['shadow'],
    faults: [
      ['if (this.policy.invlpgRefills) this.sync.refill(page, index);', '', 'INVLPG does not make the entry anew'],
      ['if (page.unsync) {', 'if (false as boolean) {', 'INVLPG leaves the entry of a table that is out of sync'],
      [
        '      this.root.use(vpn);\n      return this.refused',
        '      return this.refused',
        'a refused store is no use of the tables on its way',
      ],
    ],
  },
  'src/paging/shadow/shadow-tables.ts': {
    tests: ['shadow'],
    faults: [
      ['    this.protect(guestFrame);\n', '', 'a table that is shadowed is not protected'],
      ['    this.zapUnsyncBelow(page);\n', '', 'what is out of sync below a table that is given up stays'],
    ],
  },
  'src/paging/shadow/shadow-tables.ts (registers)': {
    tests: ['shadow'],
    faults: [
      [
        'if (page.level === this.bareLevel) this.registersStale = true;',
        '',
        'PDPTE registers keep a table that was given up',
      ],
      ['return !direct && level !== this.bareLevel;', 'return !direct;', 'the memory of PDPTEs is watched'],
    ],
  },
  'src/paging/shadow/unfilled.ts': {
    tests: ['shadow'],
    faults: [
      ['page.role.direct || page.unsync', 'page.role.direct', 'a table out of sync says what is absent'],
      ['page.role.direct || page.unsync', 'page.unsync', 'pieces of a large page are absent'],
      ['if (low === 0 || low === TRAP) this.put', 'if (low === 0) this.put', 'what the guest takes away still traps'],
    ],
  },
  'src/paging/shadow/sync.ts (filter)': {
    tests: ['shadow'],
    faults: [
      [
        'page.unsync = true;\n      this.tables.unfilled.putAll(page);',
        'page.unsync = true;',
        'a table goes out of sync and says what was absent',
      ],
      [
        'this.update(page);\n    this.tables.unfilled.putAll(page);',
        'this.update(page);',
        'a table in sync again traps throughout',
      ],
    ],
  },
  'src/paging/shadow/fault-exits.ts': {
    tests: ['shadow'],
    faults: [
      ['    this.fault = this.guests;\n', '', "a guest's fault is taken for a store of its handler"],
      ['if (this.exits) this.exit', 'if (this.codes) this.exit', 'faults that do not exit are injected'],
    ],
  },
  'src/paging/shadow/loaded-root.ts': {
    tests: ['shadow'],
    faults: [
      [
        '!root.unsync && root.unsyncBelow.size === 0',
        '!root.unsync',
        'a root with tables out of sync is loaded without an exit',
      ],
      [
        'tlb.remove(INVALIDATIONS.cr3Write(tlb.context, tlb.context.pcid, keep));',
        '',
        'a load without an exit leaves the TLB alone',
      ],
      [
        'this.roots.all.slice(-this.policy.cr3Targets)',
        'this.roots.all',
        'there are as many target values as kept roots',
      ],
      ['walker.guest.root = root.frame;\n    tlb', 'tlb', 'the hardware goes on in the old root'],
    ],
  },
  'src/paging/shadow/shadow.ts (halves)': {
    tests: ['shadow'],
    faults: [
      [
        'if (this.storesHalves) this.writeFirstHalf(guestFrame, index, low, high);',
        '',
        'a PAE guest writes entries whole',
      ],
      [
        'before?.[0] === this.root.leafOf(vpn)[0] && !lets',
        'before !== null',
        'hardware sets dirty bits where the VMM had to change tables',
      ],
    ],
  },
  'src/paging/vtlb.ts': {
    tests: ['shadow'],
    faults: [
      ['    this.tables.destroy();\n', '', 'tables are leaked at CR3 writes'],
      ['if (rootChanges) this.loadRegisters();', '', 'PDPTE registers lack a new table'],
      ['if (pages > 1) {', 'if (pages > 1e9) {', 'INVLPG leaves the other pieces of a large page'],
    ],
  },
};
