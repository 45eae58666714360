/** A profile as a file. */
import { stringify } from 'yaml';
import type { ProfileInput } from '../profile.js';

export const PROFILE_FORMATS = ['yaml', 'json'] as const;
export type ProfileFormat = (typeof PROFILE_FORMATS)[number];

export function profileText(profile: ProfileInput, format: ProfileFormat): string {
  if (format === 'json') return `${JSON.stringify(profile, null, 1)}\n`;
  return stringify(profile, { lineWidth: 0, collectionStyle: 'any', flowCollectionPadding: true });
}
