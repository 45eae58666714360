// Faults in walks, table formats and counts: see mutate.mjs.
export const IN_WALKS = {
  'src/mmu/walker.ts': {
    tests: ['walk', 'caches'],
    faults: [
      ['vpn >= guest.holeStart && vpn < guest.holeEnd', 'false', 'addresses that are not canonical are walked'],
      ['rights &= level === bareLevel ? -1 : low;', 'rights &= low;', 'PAE PDPTEs are asked for rights'],
      ['rights &= level === bareLevel ? -1 : low;', 'rights = low;', 'only the leaf gives rights'],
      ['anyHigh |= high;', 'anyHigh = high;', 'no-execute of upper entries is forgotten'],
      [
        'if (!guest.isLeaf(low, level)) return this.guestFault(access, FAULT.present | FAULT.reserved);',
        'if (!guest.isLeaf(low, level)) return this.guestFault(access, FAULT.present);',
        'RSVD is missing from an error code',
      ],
      ['(rights & guest.forbidden[access]!) !== 0 ||', '', 'SMEP and SMAP do nothing'],
      [
        'const dirty = (access & ACCESS.write) !== 0 ? guest.dirty : 0;',
        'const dirty = guest.dirty;',
        'reads set dirty bits',
      ],
      [
        'level === leaf ? accessed | dirty : level',
        'level === leaf ? accessed : level',
        'a dirty bit needs no right to be set',
      ],
      [
        'return (access & DATA_ACCESS) | (this.guestUser ? ACCESS.user : 0);',
        'return access & DATA_ACCESS;',
        'MBE does not see user pages',
      ],
      [
        'this.errorCode = this.guest.errorBits[access]! | code;',
        'this.errorCode = code;',
        "an error code lacks the access's bits",
      ],
      ['this.pathHostRights[level] = path.hostRights[level]!;', '', 'rights of a table come from an earlier walk'],
      [
        'if (this.host?.guardsMarks && this.refusedMark(level, level, 0) > 0) {',
        'if (level < 0) {',
        'early accessed bits need no right',
      ],
      [
        '      this.tally.setAside();\n      return WALK.generalProtection;',
        '      return WALK.generalProtection;',
        'a refused PDPTE load counts as a walk',
      ],
    ],
  },
  'src/mmu/walker.ts (caches)': {
    tests: ['caches', 'walk'],
    faults: [
      [
        'starts.keep(this.tag, vpn, top, first, level, path);',
        'starts.keep(this.tag, vpn, top, first, level + 1, path);',
        'the lowest table is not kept',
      ],
      [
        '    this.forgetWay();\n    return WALK.guestFault;',
        '    return WALK.guestFault;',
        'a page fault leaves the walk cache alone',
      ],
      ['if (this.host !== null) this.nested.forget(this.host, frame);', '', 'a nested fault leaves the caches alone'],
      [
        'if (this.oneDimensional) this.forgetPresentWay(this.entries);',
        '',
        'a fault leaves entries that a stale pointer led past',
      ],
      [
        'nestedTlb !== null && (inTable || nestedTlb.holdsData)',
        'nestedTlb !== null',
        'a nested TLB of tables serves data',
      ],
      ['if (cached) nestedTlb.keep(', 'if (cached && !inTable) nestedTlb.keep(', 'a nested TLB keeps no tables'],
    ],
  },
  'src/mmu/walk-notes.ts': {
    tests: ['caches', 'walk'],
    faults: [
      ['    this.refs--;\n', '', 'entries from a walk cache count as references'],
      [
        'const leaves = this.path.nestedLeaves[level]!;',
        'const leaves = this.path.nestedLeaves[top]!;',
        'nested references saved are miscounted',
      ],
      ['path.nestedLeaves[level + 1]! | this.leafBits', '0 | this.leafBits', 'nested leaves on the way are forgotten'],
      ['if (above > level) this.saveQuietly(above);', 'this.saveQuietly(above);', 'one reference too many is saved'],
    ],
  },
  'src/mmu/nested-walk.ts': {
    tests: ['walk', 'caches'],
    faults: [
      ['      if (isHeld) entries.drop(level, word);\n', '', 'a nested fault leaves nested entries in a walk cache'],
      [
        'const isHeld = entries.find(level, word);',
        'const isHeld = entries.find(level, word) && level === host.levels;',
        'a nested fault removes the entry of the root alone',
      ],
      ['if (((illegalRights >> rightsOf(low)) & 1) !== 0) break;', '', 'misconfigured rights of pointers pass'],
      ['if (level !== bareLevel) rights &= low;', 'rights &= low;', 'nested PAE PDPTEs are asked for rights'],
      [
        'this.refs = host.levels - this.level + 1;',
        'this.refs = host.levels - this.level;',
        'a quick walk forgets a reference',
      ],
      ['this.illegal = (code & FAULT.reserved) !== 0;', 'this.illegal = false;', 'misconfigurations are violations'],
    ],
  },
  'src/mmu/nested-walk.ts (caches)': {
    tests: ['caches', 'walk'],
    faults: [
      ['(leafLow & dirty) !== dirty', 'false', 'a nested TLB hit skips the dirty bit'],
      ['(rights & required) !== required ||\n      (anyHigh', '(anyHigh', 'a nested TLB hit skips the rights'],
      ['rights = path.rights[level]!;', 'rights = -1;', 'rights above a cached nested table are forgotten'],
      [
        'for (let level = levels; level >= leaf; level--) this.#save',
        'for (let level = levels; level > leaf; level--) this.#save',
        'a saved nested leaf is not counted',
      ],
      ['this.nestedTlb?.drop(this.tag.space, page);', '', 'a nested fault leaves the nested TLB alone'],
      ['this.starts?.drop(this.tag, page);', '', 'a nested fault leaves the nested walk cache alone'],
    ],
  },
  'src/mmu/dimension.ts': {
    tests: ['walk', 'caches'],
    faults: [
      [
        'this.tableAccess = ACCESS.user | ACCESS.write;',
        'this.tableAccess = ACCESS.user;',
        'guest tables are nested reads under NPT',
      ],
      ['(write && (user || wp) ? PTE.writable : 0)', '(write ? PTE.writable : 0)', 'CR0.WP is always set'],
      ['(fetch ? smep : smap && !ac)', '(fetch ? smep : smap)', 'EFLAGS.AC does nothing'],
      ['access & (nxe || smep ? 22 : 6)', 'access & 22', 'I/D is reported without NXE and SMEP'],
      ['eptAccessedDirty ? ACCESS.write : ACCESS.read', 'ACCESS.read', 'guest tables are reads under EPT A/D'],
      ['(fetchable && !executeOnly)', 'fetchable', 'execute-only EPT entries are misconfigured'],
      ['2 ** (format.linearBits - 13)', '2 ** (format.linearBits - 12)', 'the hole of addresses begins too high'],
    ],
  },
  'src/mmu/mark.ts': {
    tests: ['walk', 'caches'],
    faults: [
      ['first === tables.bareLevel ? first - 1 : first', 'first', 'PAE PDPTEs are marked accessed'],
      [
        'level === leaf ? tables.accessed | dirty : tables.accessed',
        'tables.accessed | dirty',
        'pointers are marked dirty',
      ],
    ],
  },
  'src/mmu/protection-key.ts': {
    tests: ['walk'],
    faults: [
      ['if (!userPage && (access & ACCESS.user) !== 0) return false;', '', 'keys speak where U/S has refused'],
      ['((access & ACCESS.user) !== 0 || controls.wp)', 'true', 'write-disable ignores CR0.WP'],
    ],
  },
  'src/memory/formats/two-level.ts': {
    tests: ['walk'],
    faults: [['level === 1 ? 0 : 1 << 21', '0', 'bit 21 of a 4 MiB entry is ignored']],
  },
  'src/memory/formats/pae.ts': { tests: ['walk'], faults: [['0x1e6', '0x1e4', 'bit 1 of a PDPTE is ignored']] },
  'src/memory/formats/long-mode.ts': {
    tests: ['walk'],
    faults: [
      ['2 ** pageShift(level) - 2 ** 13', '2 ** pageShift(level) - 2 ** 12', 'PAT of a large page is reserved'],
      ['(level >= 3 ? PTE.large : 0)', '(level > 3 ? PTE.large : 0)', 'PS of a PDPTE is ignored without 1 GiB pages'],
    ],
  },
  'src/memory/formats/format.ts': {
    tests: ['walk'],
    faults: [['(low >>> 13) & 0xff', '(low >>> 13) & 0x7f', 'PSE-36 has 39 bits']],
  },
  'src/memory/formats/ept.ts': {
    tests: ['walk'],
    faults: [['(1 << 3) | (1 << 7)', '(1 << 3)', 'memory type 7 is legal']],
  },
  'src/mmu/walk-tally.ts': {
    tests: ['walk', 'caches'],
    faults: [
      ['      this.spans[span]! -= 1;\n', '', 'faulted walks count as walks'],
      ['this.saved[this.savedTrail[at]!]! -= 1;', ';', 'what faulted walks saved stays counted'],
      ['if (this.pteCache === null) to[MEMORY]! -= this.savedLength;', '', 'faulted walks made what they saved'],
      ['if (refs > this.peak) this.peak = refs;', 'this.peak = refs;', 'the longest walk is the last one'],
    ],
  },
};
