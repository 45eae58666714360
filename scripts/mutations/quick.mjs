// Faults in what is there for speed alone: see mutate.mjs.
export const IN_QUICK = {
  'src/mmu/quick-loop.ts': {
    tests: ['quick'],
    faults: [
      ['(isRead ? 0 : (low & guestDirty) ^ guestDirty) |', '', "the guest's dirty bit is not asked"],
      ['(isRead ? 0 : (low & hostDirty) ^ hostDirty) |', '', "the host's dirty bit is not asked"],
      ['(low & hostDirty) !== hostDirty) rights &= ~MAY_WRITE;', 'false) rights &= 7;', 'host tables deny no writes'],
      [
        '(allLow & WRITABLE) !== 0 && (low & guestDirty) !== 0 ?',
        '(allLow & WRITABLE) !== 0 ?',
        'a clean page is filled to be written',
      ],
      [
        'near[way + GENERATION] !== guestGeneration',
        'near[way + GENERATION] === 0',
        'ways of the guest never become old',
      ],
      ['hostWays[way + GENERATION] !== hostGeneration', 'false', 'ways of the host never become old'],
      ['(low & global) |', '', 'global translations are filled as local ones'],
      ['(anyHigh & guestHigh) |', '', 'reserved bits of a leaf pass'],
      ['(anyHigh < 0 ? 0 : MAY_FETCH)', 'MAY_FETCH', 'no-execute is forgotten'],
      ['frame >= LOWER_PAGES ||', '', 'frames of more than 27 bits are cut off'],
      ['((notes & 7) ^ 1);', '0;', 'large pages of the guest are filled as small ones'],
      ['((hostTypes >> ((low >> 3) & 7)) & 1);', '0;', 'reserved memory types pass'],
      ['if ((rights & what) === 0 || tag2', 'if (tag2', 'the second level grants everything'],
      ['if ((rights1[slot]! & what) === 0) break;', '', 'the first level grants everything'],
      [
        'if (extended ? (allLow & EPT_EXECUTE) === 0 : anyHigh < 0) rights &= ~MAY_FETCH;',
        '',
        'host tables forbid no fetch',
      ],
      ['spans[firstSpan + level]! += 1;', '', 'nested walks for data are not counted'],
      [
        'if (key2[at2]! >= 0) slots2[key2[at2]!] = -1;',
        'if (key2[at2]! >= 0) slots2[key] = -1;',
        'what is evicted is found again',
      ],
      [
        '(remainders[placed >> 9]! + (placed & 511)) % sets2 : vpn & mask2;\n            const',
        'vpn % sets2 : vpn & mask2;\n            const',
        'sets that are no power of two are chosen by a part of the page number',
      ],
      ['newest[set2] = at2;\n              const', 'const', 'a hit in the second level is no use'],
    ],
  },
  'src/mmu/cached-walk.ts': {
    tests: ['quick'],
    faults: [
      [
        'if (cache !== null && !cache.agrees(memory.words)) return false;',
        '',
        'stale entries of a walk cache are not seen',
      ],
      ['        held.frame === end.frame &&\n', '', 'stale translations of a nested TLB are not seen'],
      [
        'host.endsPlainly(tableAccess, end.rights, end.anyHigh, end.leafLow, end.level) &&',
        '',
        'a nested TLB hides that a table cannot be written',
      ],
      ["cache?.kind === 'starts' || ", '', 'translation caches are not asked'],
      ['      else entries.keep(level', '      entries.keep(level', 'entries found in a walk cache are kept once more'],
      ['words[at + GENERATION] === this.guestWays.generation', 'words[at + GENERATION]! > 0', 'plans never become old'],
      ['=== this.hostWays.generation && planned', '> 0 && planned', 'nested plans never become old'],
      ['&& planned[at + REGION] === region', '', 'regions that share a slot are taken for each other'],
      ['      memory.watch(word);\n', '', 'writes to the entries of nested plans are not seen'],
      [
        'if (entries !== null) this.keep(entries, GUEST,',
        'if (entries === undefined) this.keep(entries, GUEST,',
        'a walk cache keeps no entries of the guest',
      ],
      [
        'if (entries !== null) this.keep(entries, NESTED,',
        'if (entries === undefined) this.keep(entries, NESTED,',
        'a walk cache keeps no nested entries',
      ],
      ['planned[at + LIKELY] = nestedTlb.keep(tag.space, page, this.end);', '', 'a nested TLB keeps no tables'],
      ['else if (touches) tally.touch(GUEST, level, word >> 4);', '', "data caches do not see the guest's tables"],
      [
        'if (host !== null && (this.nested.entries !== null || touches)) this.descend(host, page);',
        '',
        'caches do not see the nested walk for the data',
      ],
      ['    end.level = leaf;\n', '', 'the level of nested leaves is not kept'],
    ],
  },
  'src/mmu/walk-cache/use-log.ts': {
    tests: ['caches'],
    faults: [
      ['while (last[log[first]!] !== first) first++;', '', 'what was used again is given up'],
      ['      last[slot] = kept++;\n', '      kept++;\n', 'a new log forgets where the last uses stand'],
      [
        'if (last[slot]! < last[oldest]!) oldest',
        'if (last[slot]! > last[oldest]!) oldest',
        'a set gives up what was used last',
      ],
    ],
  },
  'src/mmu/remembered.ts': {
    tests: ['quick'],
    faults: [
      [
        'const quiet = this.epoch === this.memory.epoch;',
        'const quiet = true;',
        'ways are kept of walks before a write',
      ],
      [
        '      memory.watch(word);\n      rights &= low;',
        '      rights &= low;',
        "writes to the guest's upper tables are not seen",
      ],
      [
        '      memory.watch(word);\n      const low',
        '      const low',
        'writes to the tables that locate tables are not seen',
      ],
      ['rights &= low;\n      high', 'high', 'rights of upper entries are forgotten'],
      ['high |= memory.words[word + 1]!;', '', 'no-execute of upper entries is forgotten'],
    ],
  },
  'src/mmu/walk-cache/lru-slots.ts (chains)': {
    tests: ['walk', 'caches'],
    faults: [
      ['    if (slot >= 0) this.touch(slot);\n', '', 'a hit is no use'],
      ['      this.evictions++;\n      this.unlink(slot);', '      this.evictions++;', 'what made room is found again'],
      ['    if (this.keys[slot] !== EMPTY) {', '    {', 'filling an empty slot is an eviction'],
    ],
  },
  'src/mmu/walk-cache/word-slots.ts': {
    tests: ['caches'],
    faults: [
      ['    if (this.keys[slot] !== word) return -1;\n', '', 'any slot that a word once had holds it'],
      [
        '    this.order.use(slot);\n    return slot;\n  }\n\n  /** The slot for',
        '    return slot;\n  }\n\n  /** The slot for',
        'a hit is no use',
      ],
      ['    this.order.empty(slot);\n', '', 'what was removed is not the first to be filled'],
    ],
  },
  'src/mmu/ways.ts': {
    tests: ['quick'],
    faults: [
      ['      this.epoch === this.memory.epoch &&\n', '', 'a write to tables leaves the ways through them'],
      ['      this.root === tables.root &&\n', '', 'another root has the ways of the last'],
      ['slots[at + WAY.upper] === upper &&', '', 'regions 512 GiB apart are taken for each other'],
    ],
  },
  'src/mmu/dimension.ts (plain ends)': {
    tests: ['quick', 'walk'],
    faults: [
      ['(low & dirty) === dirty &&', '', 'the quick walk leaves dirty bits clear'],
      ['(level === 1 || (low & this.quickLeaf[level]!) === PTE.large) &&', '', 'the quick walk takes illegal leaves'],
      ['(this.reservedTypes === 0 || !this.isBadType(low))', 'true', 'the quick walk takes any memory type'],
    ],
  },
};
