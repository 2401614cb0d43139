import { useQuery } from '@tanstack/react-query';
import { FilterVerdicts } from '@/features/filter';
import type { Contact, FilterTree } from '@/lib/api';
import { Failure } from '@/ui/failure';
import { Modal } from '@/ui/modal';
import { Skeleton } from '@/ui/skeleton';
import { explainQuery } from '../list';
import { displayName } from '../model';

interface Props {
  account: string;
  contact: Contact | null;
  filter: FilterTree | null;
  onClose: () => void;
}

/** Why a contact is in the list: which parts of the filter hold for it. */
export function WhyDialog({ account, contact, filter, onClose }: Props) {
  const { data, error, refetch } = useQuery({
    ...explainQuery(account, contact?.id ?? '', filter ?? {}),
    enabled: contact !== null && filter !== null,
  });
  const name = contact ? displayName(contact) : '';
  return (
    <Modal open={contact !== null} onClose={onClose} title={`Why is ${name} in this list?`}>
      {error ? (
        <Failure error={error} retry={() => refetch()} />
      ) : data ? (
        <>
          {!data.holds && (
            <p className="mb-2 text-warn">It was changed since: the filter would leave it out now.</p>
          )}
          <FilterVerdicts parts={data.parts} />
        </>
      ) : (
        <span className="flex flex-col gap-2">
          <Skeleton className="h-4 w-3/4" />
          <Skeleton className="h-4 w-1/2" />
        </span>
      )}
    </Modal>
  );
}
