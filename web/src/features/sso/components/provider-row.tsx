import { useMutation } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { explain, type IdentityProvider } from '@/lib/api';
import { count } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { checkProvider } from '../api';

interface Props {
  provider: IdentityProvider;
  onEdit: () => void;
  onPeople: () => void;
  onChange: (change: { enabled?: boolean; enforced?: boolean }) => void;
  onDelete: () => void;
}

export function ProviderRow({ provider, onEdit, onPeople, onChange, onDelete }: Props) {
  const { name, enabled, enforced } = provider;
  const check = useMutation({ mutationFn: () => checkProvider(provider) });
  const problem = check.error ? explain(check.error) : check.data?.problem;
  return (
    <li className="flex flex-col gap-3 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex min-w-0 flex-wrap items-baseline gap-2">
            <span className="truncate font-medium">{name}</span>
            {!enabled && <Badge>Off</Badge>}
            {enforced && <Badge tone="info">The only way in</Badge>}
          </p>
          <p className="break-words text-ink-3 text-xs">
            {provider.issuer} · {provider.domains.join(', ')}
          </p>
          <p className="text-ink-3 text-xs">
            {provider.people
              ? `${count(provider.people, 'person', 'people')} came by it`
              : 'Nobody came by it yet'}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            size="sm"
            busy={check.isPending}
            onClick={() => check.mutate()}
            aria-label={`Check ${name}`}
          >
            Check
          </Button>
          <Button size="sm" onClick={onPeople} aria-label={`People of ${name}`}>
            People
          </Button>
          <Button size="sm" onClick={onEdit} aria-label={`Edit ${name}`}>
            Edit
          </Button>
          <Button size="sm" look="danger" onClick={onDelete} aria-label={`Delete ${name}`}>
            Delete
          </Button>
        </div>
      </div>
      {check.isSuccess && !problem && (
        <Banner tone="good" icon={CircleCheck} role="status">
          It answers as it should. Its secret is first tried when somebody signs in.
        </Banner>
      )}
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2 text-xs">
        <label className="flex min-h-6 items-center gap-2">
          <input
            type="checkbox"
            checked={enabled}
            onChange={({ target }) => onChange({ enabled: target.checked })}
            className="size-4 accent-brand"
          />
          On the sign-in page
        </label>
        <label className="flex min-h-6 items-center gap-2">
          <input
            type="checkbox"
            checked={enforced}
            disabled={!enabled}
            onChange={({ target }) => onChange({ enforced: target.checked })}
            className="size-4 accent-brand"
          />
          The only way in for these domains
        </label>
        <span className="flex min-w-0 flex-wrap items-center gap-2 text-ink-3">
          <code className="break-all font-mono">{provider.redirect_uri}</code>
          <CopyButton text={provider.redirect_uri} label="Copy redirect address" />
        </span>
      </div>
    </li>
  );
}
