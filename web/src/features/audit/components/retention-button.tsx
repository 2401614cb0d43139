import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { allowsIn, type Place, useSession } from '@/features/access';
import { explain, isProblem } from '@/lib/api';
import { count } from '@/lib/format';
import { toast } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Popover } from '@/ui/popover';
import { keepFor, policyQuery } from '../api';

/** How long the log is kept, and for those who may: another number of days. */
export function RetentionButton({ place }: { place: Place }) {
  const client = useQueryClient();
  const query = policyQuery(place);
  const ofAgency = 'agency' in place;
  const { data: policy } = useQuery(query);
  const manages = allowsIn(useSession(), place, ofAgency ? 'agency.audit.manage' : 'audit.manage');
  const [open, setOpen] = useState(false);
  const [days, setDays] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  if (!policy) return null;
  const kept = `Kept ${span(policy.retention_days)}`;
  const range = ofAgency ? 'from 30 to 3,650, or 0 for good' : 'from 30 to 3,650';
  const keep = async (wanted: number): Promise<void> => {
    const before = client.getQueryData(query.queryKey);
    if (!before) return;
    client.setQueryData(query.queryKey, await keepFor(place, wanted, before.version));
    toast({
      title: `Changes are kept ${span(wanted)} from now on`,
      detail:
        lasts(wanted) < lasts(before.retention_days) ? 'What is older goes in the coming night.' : undefined,
      tone: 'good',
      action: {
        label: 'Undo',
        run: () =>
          void keep(before.retention_days).catch((problem) =>
            toast({ title: 'This was not undone', detail: explain(problem), tone: 'bad' }),
          ),
      },
    });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = Number(days);
    const forGood = ofAgency && days.trim() !== '' && wanted === 0;
    if (!forGood && (!Number.isInteger(wanted) || wanted < 30 || wanted > 3650)) {
      setError(`Give whole days, ${range}.`);
      return;
    }
    setBusy(true);
    try {
      await keep(wanted);
      setOpen(false);
    } catch (problem) {
      setError(explain(problem));
      if (isProblem(problem) && problem.status === 412) void client.invalidateQueries(query);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popover
      label="How long changes are kept"
      align="end"
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setDays(String(policy.retention_days));
        setError('');
      }}
      trigger={
        <Button icon={CalendarClock} aria-label={kept}>
          <span className="hidden lg:inline">{kept}</span>
        </Button>
      }
    >
      <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-3 p-3">
        <p className="text-ink-2 text-xs">
          {kept}.{' '}
          {policy.retention_days > 0 &&
            'Older entries go in the night, behind a signed cut, and can’t be had back.'}
        </p>
        {manages ? (
          <>
            <Field
              label="Days to keep them"
              error={error}
              hint={`${range.charAt(0).toUpperCase()}${range.slice(1)}.`}
            >
              {(slot) => (
                <Input
                  {...slot}
                  type="number"
                  inputMode="numeric"
                  min={ofAgency ? 0 : 30}
                  max={3650}
                  value={days}
                  onChange={({ target }) => setDays(target.value)}
                />
              )}
            </Field>
            <Button type="submit" look="primary" busy={busy}>
              Save
            </Button>
          </>
        ) : (
          <p className="text-ink-3 text-xs">Your role lets you read this, not change it.</p>
        )}
      </form>
    </Popover>
  );
}

const lasts = (days: number) => days || Number.POSITIVE_INFINITY;

function span(days: number): string {
  return days === 0 ? 'for good' : `for ${count(days, 'day', 'days')}`;
}
