import { useSession } from '@/features/access';

/** The time zone of an account, in which its days begin. */
export function useZone(account: string): string {
  return useSession().sub_accounts?.find(({ id }) => id === account)?.timezone ?? 'UTC';
}
