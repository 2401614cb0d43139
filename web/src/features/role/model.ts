import type { PermissionInfo, Role, Session } from '@/lib/api';

export type Reach = Role['reach'];

/** Whose records a role reaches, in words. */
export const reaches: readonly { value: Reach; label: string; text: string }[] = [
  {
    value: 'all',
    label: 'Everything',
    text: 'Everybody’s contacts, with their conversations, notes and tasks.',
  },
  {
    value: 'team',
    label: 'Their teams’',
    text: 'The contacts that they or anybody they share a team with own or follow, and nothing else.',
  },
  {
    value: 'assigned',
    label: 'Assigned to them',
    text: 'The contacts that they own or follow, and nothing else. Others read as if they didn’t exist.',
  },
];

export function reachOf(reach: string) {
  return reaches.find(({ value }) => value === reach) ?? { value: reach, label: reach, text: '' };
}

/** What a role is made of while it is written. */
export interface RoleDraft {
  level: Role['level'];
  reach: Reach;
  permissions: readonly string[];
}

/** Why the role can't hold the permission as it stands; undefined when it can. */
export function refusalOf(info: PermissionInfo, draft: RoleDraft, session: Session): string | undefined {
  if (info.level === 'agency' && draft.level === 'account') return 'Only a role of the agency can hold it.';
  if (info.wide && draft.reach !== 'all')
    return 'It concerns everybody’s records: the role has to reach everything.';
  if (!session.permissions.includes(info.permission))
    return 'You can’t do this yourself, so you can’t grant it.';
  return undefined;
}

/** The permissions of a draft without those that it can't hold with its level and reach. */
export function fitting(infos: readonly PermissionInfo[], draft: RoleDraft): string[] {
  return draft.permissions.filter((name) => {
    const info = infos.find(({ permission }) => permission === name);
    return !(
      (info?.level === 'agency' && draft.level === 'account') ||
      (info?.wide && draft.reach !== 'all')
    );
  });
}

/** A name that no other role has: "Sales copy", "Sales copy 2". */
export function copyName(name: string, taken: readonly string[]): string {
  for (let n = 1; ; n += 1) {
    const made = `${name} copy${n > 1 ? ` ${n}` : ''}`;
    if (!taken.some((other) => other.toLowerCase() === made.toLowerCase())) return made;
  }
}
