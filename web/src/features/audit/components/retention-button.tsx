import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { allowsIn, useSession } from '@/features/access';
import { explain, isProblem } from '@/lib/api';
import { count } from '@/lib/format';
import { toast } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Popover } from '@/ui/popover';
import { keepFor, policyQuery } from '../api';

/** How long the log is kept, and for those who may: another number of days. */
export function RetentionButton({ account }: { account: string }) {
  const client = useQueryClient();
  const query = policyQuery(account);
  const { data: policy } = useQuery(query);
  const manages = allowsIn(useSession(), { account }, 'audit.manage');
  const [open, setOpen] = useState(false);
  const [days, setDays] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  if (!policy) return null;
  const kept = `Kept for ${count(policy.retention_days, 'day', 'days')}`;
  const keep = async (wanted: number): Promise<void> => {
    const before = client.getQueryData(query.queryKey);
    if (!before) return;
    client.setQueryData(query.queryKey, await keepFor(account, wanted, before.version));
    toast({
      title: `Changes are kept for ${count(wanted, 'day', 'days')} from now on`,
      detail: wanted < before.retention_days ? 'What is older goes in the coming night.' : undefined,
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
    if (!Number.isInteger(wanted) || wanted < 30 || wanted > 3650) {
      setError('Give whole days, from 30 to 3,650.');
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
          {kept}. Older entries go in the night, behind a signed cut, and can’t be had back.
        </p>
        {manages ? (
          <>
            <Field label="Days to keep them" error={error} hint="From 30 to 3,650.">
              {(slot) => (
                <Input
                  {...slot}
                  type="number"
                  inputMode="numeric"
                  min={30}
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
