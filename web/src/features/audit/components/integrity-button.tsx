import { useQuery } from '@tanstack/react-query';
import { RotateCcw, Shield, ShieldAlert, ShieldCheck } from 'lucide-react';
import type { Place } from '@/features/access';
import { explain } from '@/lib/api';
import { count } from '@/lib/format';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Popover } from '@/ui/popover';
import { Spinner } from '@/ui/spinner';
import { verificationQuery } from '../api';

/** Has every hash of the chain computed again, and says whether it holds. */
export function IntegrityButton({ place }: { place: Place }) {
  const { data, error, isFetching, refetch } = useQuery(verificationQuery(place));
  const number = (n: number) => new Intl.NumberFormat().format(n);
  const [icon, label] = !data
    ? ([Shield, 'Verify'] as const)
    : data.holds
      ? ([ShieldCheck, 'Verified'] as const)
      : ([ShieldAlert, 'Broken'] as const);
  return (
    <Popover
      label="Is the log whole?"
      align="end"
      onOpenChange={(open) => open && !data && void refetch()}
      trigger={
        <Button icon={icon} className={data && (data.holds ? 'text-good!' : 'text-bad!')}>
          {label}
        </Button>
      }
    >
      <div className="flex flex-col gap-3 p-3 text-xs">
        {isFetching ? (
          <p role="status" className="flex items-center gap-2 text-ink-2">
            <Spinner /> Every hash is computed again…
          </p>
        ) : error ? (
          <Banner tone="bad" icon={ShieldAlert} role="alert">
            {explain(error)}
          </Banner>
        ) : data?.holds ? (
          <Banner tone="good" icon={ShieldCheck} role="status">
            {count(data.entries, 'entry holds', 'entries hold')}: none was changed, removed or put in between.
          </Banner>
        ) : (
          data && (
            <Banner tone="bad" icon={ShieldAlert} role="alert">
              The chain does not hold at place {number(data.broken_at ?? 0)}: {data.why}. Keep the database as
              it is, and tell whoever runs this installation.
            </Banner>
          )
        )}
        {data && !isFetching && (
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
            {[
              ['Places', data.entries ? `${number(data.first)}–${number(data.last)}` : 'none yet'],
              ['Signed up to', data.signed ? number(data.signed) : 'nothing yet: it is signed every night'],
              ['Checkpoints', number(data.checkpoints)],
              ['Values erased', number(data.erased)],
            ].map(([term, value]) => (
              <div key={term} className="contents">
                <dt className="text-ink-3">{term}</dt>
                <dd className="tabular text-ink-2">{value}</dd>
              </div>
            ))}
          </dl>
        )}
        <p className="text-ink-3">
          For a proof that needs no trust in this server, export the log and check the file elsewhere with the
          public keys.
        </p>
        {!isFetching && (data || error) && (
          <Button size="sm" icon={RotateCcw} onClick={() => void refetch()}>
            Check again
          </Button>
        )}
      </div>
    </Popover>
  );
}
