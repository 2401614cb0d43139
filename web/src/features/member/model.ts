import { allowsIn, type Permission, type Place } from '@/features/access';
import type { Member, Role, Session } from '@/lib/api';

/** Whether the person may invite, change and remove people here. */
export function managesPeople(session: Session, place: Place): boolean {
  const needed: Permission = 'agency' in place ? 'agency.members.manage' : 'members.manage';
  return allowsIn(session, place, needed);
}

/** The roles to choose from: what one may give here, and the one that is held. */
export function choices(roles: readonly Role[], place: Place, held?: string): Role[] {
  const level = 'agency' in place ? 'agency' : 'account';
  return roles.filter((role) => role.level === level && (role.grantable || role.id === held));
}

/** Whether somebody's role can be changed in this place. */
export function changeable(member: Member, place: Place, roles: readonly Role[]): boolean {
  if ('account' in place && member.level === 'agency') return false;
  return roles.find(({ id }) => id === member.role)?.grantable ?? false;
}

/** Those whose name, address or role holds the words. */
export function found(members: readonly Member[], q: string): Member[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return members.filter(({ name, email, role_name }) => {
    const text = `${name} ${email} ${role_name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
