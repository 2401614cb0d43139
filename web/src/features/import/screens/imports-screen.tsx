import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FileClock } from 'lucide-react';
import { allowsIn, useSession } from '@/features/access';
import { flatten } from '@/lib/api';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { ShowMore } from '@/ui/show-more';
import { Skeleton } from '@/ui/skeleton';
import { importsQuery } from '../api';
import { ImportRow } from '../components/import-row';
import { UploadDrop } from '../components/upload-drop';

const route = getRouteApi('/signed-in/a/$account/imports');

/** Contacts from files: a new one, and what became of the others. */
export function ImportsScreen() {
  const { account } = route.useParams();
  const navigate = route.useNavigate();
  const session = useSession();
  const list = useInfiniteQuery(importsQuery(account));
  const imports = flatten(list.data);
  const canWrite = allowsIn(session, { account }, 'contacts.write');
  return (
    <>
      <PageHeader title="Imports" />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {canWrite && (
          <UploadDrop
            account={account}
            onDone={({ id }) =>
              navigate({ to: '/a/$account/imports/$import', params: { account, import: id } })
            }
          />
        )}
        {list.isPending ? (
          <div className="flex flex-col gap-6 p-4">
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
          </div>
        ) : list.error && imports.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : imports.length === 0 ? (
          <EmptyState icon={FileClock} title="No imports yet">
            {canWrite
              ? 'What became of each file stands here: what it made, what it changed, which rows failed. Each can be undone.'
              : 'Your role may not bring contacts in. What others bring in is listed here.'}
          </EmptyState>
        ) : (
          <section aria-labelledby="past">
            <h2 id="past" className="border-line border-b px-4 pt-2 pb-1.5 font-medium text-ink-3 text-xs">
              Past imports
            </h2>
            <ul>
              {imports.map((item) => (
                <ImportRow key={item.id} account={account} item={item} />
              ))}
            </ul>
          </section>
        )}
        <ShowMore list={list} label="Show older ones" />
      </div>
    </>
  );
}
