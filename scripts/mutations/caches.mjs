// Faults in TLBs, walk caches, tags and removals: see mutate.mjs.
export const IN_CACHES = {
  'src/mmu/tlb/tlb-array.ts': {
    tests: ['tlb'],
    faults: [
      [
        'if (slot >= 0 && global !== this.isGlobal(slot)) {',
        'if (slot < -1) {',
        'a translation that becomes global stays local',
      ],
      ['      this.held[size]! += 1;\n', '', 'large translations are not looked for'],
      [
        '    this.key[slot] = -1;\n    this.stamp[slot] = 0;',
        '    this.key[slot] = -1;',
        'LRU does not fill empty slots first',
      ],
      [
        'gone[context] !== 1 || (keepGlobal && this.global[slot] === 1)',
        'gone[context] !== 1',
        'a flush takes global translations too',
      ],
      [
        '(this.indexes[context] ??= this.newIndex(context))[size][key]',
        'this.indexes[context]?.[size][key]',
        'global translations of other nested tables survive INVLPG',
      ],
      [
        'of this.contexts.sharing(this.contextOf[slot]!)',
        'of [this.contextOf[slot]!]',
        'a global translation is seen in one PCID',
      ],
      [
        '(this.hashed ? number ^ Math.floor(number / this.sets) : number) & this.setMask',
        'number & this.setMask',
        'xor indexing is modulo',
      ],
      [
        'this.spread === 1 ? number : Math.floor(number / this.spread)',
        'number',
        'half of the sets of a spread size stay empty',
      ],
      [' && sharing.includes(this.contextOf[slot]!)', '', "a new context sees another's global translations"],
      ['if (this.stamp[slot]! < time) {', 'if (this.stamp[slot]! > time) {', 'the most recently used makes room'],
      ['if (this.filled !== null) this.filled[slot] = now;', '', 'FIFO forgets when'],
    ],
  },
  'src/mmu/tlb/tlb-level.ts': {
    tests: ['tlb'],
    faults: [
      ['this.held[LARGE]! + this.held[HUGE]! > 0', 'this.held[LARGE]! > 0', '1 GiB translations are not found'],
      [
        'for (const array of this.of[size]) array.invalidate(size',
        'if (size === SMALL) for (const array of this.of[size]) array.invalidate(size',
        'INVLPG removes 4 KiB translations only',
      ],
    ],
  },
  'src/mmu/tlb/tlb-hierarchy.ts': {
    tests: ['tlb'],
    faults: [
      ['config.l2 !== null && !this.exclusive', 'config.l2 !== null', 'an exclusive L2 is filled by walks'],
      ["if (config.inclusion === 'inclusive') this.takeAlong();", '', 'an inclusive L2 is not'],
      ['index.find(1, vpn)', '-1', 'INVLPG leaves 2 MiB translations'],
      ['if (this.exclusive) this.passDown();', '', 'what L1 gives up is lost'],
    ],
  },
  'src/mmu/mmu.ts': {
    tests: ['tlb', 'caches'],
    faults: [
      ['if (this.tlb.exclusive) array.drop(below);', '', 'an exclusive L2 keeps what goes up'],
      ['tlb.load === tlb.store ? all : all & ~RIGHT.write', 'all', 'stores are served by the load TLB'],
      [
        'this.control.remove(INVALIDATIONS.pageFault(this.control.context, vpn));',
        '',
        'a page fault leaves its translation',
      ],
      [
        '      this.counters.rewalks++;\n    } else {',
        '      this.counters.tlbMisses++;\n    } else {',
        'a walk for a dirty bit is a TLB miss',
      ],
      [
        'const base = frame - (vpn % this.index.pagesOf[size]);',
        'const base = frame;',
        "a large translation begins at the first page's frame",
      ],
      ['} else this.counters.tlbMisses++;', '} this.counters.tlbMisses++;', 'L2 hits that walk again are misses too'],
      ['Math.min(pageShift, this.index.largeShift)', 'pageShift', 'a 4 MiB page is not split'],
    ],
  },
  'src/mmu/replacement/replacement.ts': {
    tests: ['tlb'],
    faults: [
      ['if (times[other]! < time) {', 'if (times[other]! > time) {', 'the youngest makes room'],
      ['> latest(stamp, at + half, half)', '< latest(stamp, at + half, half)', 'the tree points at the hot half'],
    ],
  },
  'src/mmu/replacement/mru3-plru4.ts': {
    tests: ['tlb'],
    faults: [['((used + 1) % GROUPS)', 'used', 'the group used last makes room']],
  },
  'src/mmu/replacement/bit-plru.ts': {
    tests: ['tlb'],
    faults: [['=== 2 ** ways - 1 ? used : set', '=== 2 ** ways ? used : set', 'bits are never cleared']],
  },
  'src/mmu/walk-cache/translation-cache.ts': {
    tests: ['caches', 'walk', 'tlb'],
    faults: [
      ['((space * 2 + dimension) * 8 + level)', '(dimension * 8 + level)', 'walk caches have no tags'],
      [
        '((space * 2 + dimension) * 8 + level)',
        '((space * 2 + dimension) * 8)',
        'tables of two levels are taken for each other',
      ],
      [
        'for (let level = 1; level < top; level++) {',
        'for (let level = top - 1; level > 0; level--) {',
        'a walk begins at the highest table known',
      ],
      ['      if (slot >= 0) array.slots.drop(slot);\n', '', 'nothing that leads to a page is removed'],
      [
        'if (of[slot] === dimension && gone(space[slot]!))',
        'if (gone(space[slot]!))',
        'removals take the other dimension too',
      ],
    ],
  },
  'src/mmu/walk-cache/path-cache.ts': {
    tests: ['caches', 'walk'],
    faults: [
      [
        'this.sharedLevel(line, ownerOf(tag), LEVELS) > 0)',
        'this.sharedLevel(line, ownerOf(tag), LEVELS) === 5)',
        'nothing that leads to a page is removed',
      ],
      ['return space * 2 + dimension;', 'return dimension;', 'paths have no tags'],
      [
        'if (level === 0 || level >= lowest) continue;',
        'if (level === 0 || best >= 0) continue;',
        'the first path is taken for the longest',
      ],
    ],
  },
  'src/mmu/walk-cache/walk-cache.ts': {
    tests: ['caches', 'walk'],
    faults: [
      ['to.rights[place] = this.rights[at]!;', 'to.rights[place] = -1;', 'rights above a cached table are forgotten'],
      [
        'to.anyHigh[place] = this.anyHigh[at]!;',
        'to.anyHigh[place] = 0;',
        'no-execute above a cached table is forgotten',
      ],
    ],
  },
  'src/mmu/walk-cache/page-table-cache.ts': {
    tests: ['caches', 'walk'],
    faults: [
      [
        'for (let level = first; level > leaf; level--) {',
        'for (let level = first; level >= leaf; level--) {',
        'leaves are kept in a walk cache',
      ],
      ['if (slot >= 0) array!.slots.drop(slot);', '', 'a fault leaves the entries that led to it'],
      ['for (const { slots } of this.all) slots.clear();', '', 'nothing is ever removed'],
    ],
  },
  'src/mmu/nested-tlb.ts': {
    tests: ['caches', 'tlb'],
    faults: [
      ['into.leafLow = leafLow;', '', 'the dirty bit of an old translation is kept'],
      ['gone(Math.floor(keys[slot]! / FRAMES))', 'gone(0)', 'INVEPT of one context removes nothing'],
    ],
  },
  'src/mmu/translation-caches.ts': {
    tests: ['caches', 'tlb'],
    faults: [
      ['this.walker.nestedTlb?.dropSpaces(gone);', '', 'INVEPT leaves the nested TLB alone'],
      ['this.dropFromWalkCache(NESTED, gone);', '', 'INVEPT leaves nested walk caches alone'],
      [
        'this.walker.setSpaces(id, context.eptp);',
        'this.walker.setSpaces(0, context.eptp);',
        'walk caches do not see contexts',
      ],
    ],
  },
  'src/mmu/contexts.ts': {
    tests: ['tlb'],
    faults: [
      ['other.vpid === vpid && other.eptp === eptp', 'other.vpid === vpid', 'global translations cross nested tables'],
    ],
  },
  'src/mmu/invalidation.ts': {
    tests: ['tlb'],
    faults: [
      [
        '(keep ? NOTHING : allOf({ vpid: now.vpid, pcid }, true))',
        '(keep ? NOTHING : allOf({ vpid: now.vpid, pcid }, false))',
        'MOV to CR3 removes global translations',
      ],
      [
        'pageOf({ vpid: now.vpid, pcid }, page, { keepGlobal: true })',
        'pageOf({ vpid: now.vpid, pcid }, page)',
        'INVPCID of an address removes a global translation',
      ],
      [
        'worldSwitch: () => allOf({ vpid: 0 }, false)',
        'worldSwitch: () => allOf({ vpid: 0 }, true)',
        'a world switch keeps global translations',
      ],
      ['allOf({ eptp }, false, { eptp })', 'allOf({ eptp }, false)', 'INVEPT leaves guest-physical mappings'],
      [
        "pageOf({ vpid: now.vpid, pcid: now.pcid }, page, { walkCache: 'all' })",
        'pageOf({ vpid: now.vpid, pcid: now.pcid }, page)',
        'INVLPG leaves walk-cache entries of other addresses',
      ],
      ['allOf({ vpid: ANY_GUEST }, false)', 'allOf({}, false)', "INVVPID of all removes the host's"],
    ],
  },
  'src/mmu/page-index.ts': {
    tests: ['tlb'],
    faults: [
      [
        'this.keys.get(Math.floor(vpn / this.pages))',
        'this.keys.get(Math.ceil(vpn / this.pages))',
        'a page lies in the next large page',
      ],
      [
        'if (pages[this.expected] === vpn) return this.expected;',
        'if (pages[this.expected]! >= vpn) return this.expected;',
        'INVLPG removes the page used last',
      ],
      ['2 ** (largeShift - 12)', '512', 'a 4 MiB page reaches 2 MiB'],
    ],
  },
  'src/mmu/pte-cache.ts': {
    tests: ['tlb'],
    faults: [['l3.touch(line) ? 2 : 3', 'l3.touch(line) ? 3 : 2', 'L3 and memory are exchanged']],
  },
  'src/vmm/asids.ts': {
    tests: ['tlb'],
    faults: [['this.next >= this.count', 'this.next > this.count', 'an ASID too many is given']],
  },
};
