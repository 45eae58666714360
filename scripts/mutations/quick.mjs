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
      [
        '        held |= 1 << level;\n        this.save(GUEST, level);',
        '        this.save(GUEST, level);',
        'entries found in a walk cache are kept once more',
      ],
      [
        'if (entries !== null) entries.keepPath(words, path, guest.levels, 1, held, false);',
        '',
        'a walk cache keeps no entries of the guest',
      ],
      [
        'if (entries !== null) entries.keepPath(words, path, host.levels, level, held, false);',
        '',
        'a walk cache keeps no nested entries',
      ],
      ['if (nestedTlb !== null) nestedTlb.keep(tag.space, page, this.end);', '', 'a nested TLB keeps no tables'],
      ['else if (touches) tally.touch(NESTED, level, word >> 4);', '', 'data caches do not see nested tables'],
      [
        'else if (tally.pteCache !== null) tally.touch(GUEST, level, word >> 4);',
        '',
        "data caches do not see the guest's tables",
      ],
      [
        'if (host !== null && (this.nested.entries !== null || tally.pteCache !== null)) this.descend(host, page, true);',
        '',
        'caches do not see the nested walk for the data',
      ],
      ['      end.level = level;\n', '', 'the level of nested leaves is not kept'],
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
      ['    this.order.empty(slot);\n', '', 'what was removed is not the first to be filled'],
      ['    if (this.keys[slot] !== EMPTY) {', '    {', 'filling an empty slot is an eviction'],
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
