import { CircleAlert, CirclePause, CirclePlay, ExternalLink, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SubAccount } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { RelativeTime } from '@/ui/relative-time';
import { conditionName, deletionText, phases } from '../model';
import { ConditionTimeline } from './condition-timeline';
import { StateBadge } from './state-badge';

interface Props {
  subAccount: SubAccount;
  canWrite: boolean;
  /** Opens with the question whether to delete. */
  askDelete: boolean;
  onEnter: () => void;
  onSuspend: (suspended: boolean) => void;
  onDelete: () => void;
}

export function SubAccountDetails({ subAccount, canWrite, askDelete, onEnter, onSuspend, onDelete }: Props) {
  const [asking, setAsking] = useState(askDelete);
  const { state, suspended, message, conditions } = subAccount;
  const facts = [
    ['Name', subAccount.name],
    ['Owner', subAccount.owner_email],
    ['Number', formatPhone(subAccount.phone_number ?? '')],
    ['Time zone', subAccount.timezone],
    ['Country', `${subAccount.country} · ${subAccount.currency}`],
    ['Isolation', subAccount.isolation || 'As the agency'],
  ].filter(([, value]) => value);
  return (
    <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4">
      <div className="flex flex-wrap items-center gap-2">
        <StateBadge subAccount={subAccount} />
        <span className="text-ink-3 text-xs">
          created <RelativeTime at={subAccount.created_at} />
        </span>
      </div>
      {state === 'stalled' && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          <p className="font-semibold">{conditionName(subAccount.reason)}</p>
          <p>{message}</p>
        </Banner>
      )}
      {suspended && (
        <Banner tone="warn" icon={CirclePause}>
          Nobody signs in to it and nothing is sent from it. Its data stays.
        </Banner>
      )}
      <dl className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-ink-3">{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <section>
        <h3 className="mb-3 font-medium text-ink-2 text-xs">Setup</h3>
        {phases(conditions).length > 0 ? (
          <ConditionTimeline conditions={phases(conditions)} stalled={state === 'stalled'} />
        ) : (
          <p className="text-ink-3">The operator has not reported yet.</p>
        )}
      </section>
      {canWrite && state !== 'deleting' && (
        <div className="mt-auto flex flex-col gap-3 border-line border-t pt-4">
          {asking ? (
            <Banner tone="bad" icon={Trash2}>
              <p className="font-semibold">Delete {subAccount.display_name}?</p>
              <p>{deletionText}</p>
              <div className="mt-2 flex gap-2">
                <Button size="sm" look="danger" onClick={onDelete}>
                  Delete it
                </Button>
                <Button size="sm" onClick={() => setAsking(false)}>
                  Keep it
                </Button>
              </div>
            </Banner>
          ) : (
            <div className="flex flex-wrap gap-2">
              <Button icon={ExternalLink} onClick={onEnter} disabled={!subAccount.id || state !== 'ready'}>
                Go to account
              </Button>
              <Button icon={suspended ? CirclePlay : CirclePause} onClick={() => onSuspend(!suspended)}>
                {suspended ? 'Resume' : 'Suspend'}
              </Button>
              <Button look="danger" icon={Trash2} onClick={() => setAsking(true)}>
                Delete
              </Button>
            </div>
          )}
        </div>
      )}
    </div>
  );
}
