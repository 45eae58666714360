/** A profile as a file. */
import { stringify } from 'yaml';
import type { ProfileInput } from '../profile.js';

export function profileText(profile: ProfileInput, format: 'yaml' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(profile, null, 1)}\n`;
  return stringify(profile, { lineWidth: 0, collectionStyle: 'any', flowCollectionPadding: true });
}
