import type { OAuthApp } from '@/lib/api';
import { count } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { permissionLabel } from '../permissions';

interface Props {
  app: OAuthApp;
  onEdit: () => void;
  onRotate: () => void;
  onDelete: () => void;
}

export function OAuthAppRow({ app, onEdit, onRotate, onDelete }: Props) {
  const rights = app.scopes.map(permissionLabel).join(' · ');
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-medium">{app.name}</span>
          <Badge>{app.confidential ? app.secret_hint : 'no secret'}</Badge>
        </p>
        <p className="truncate text-ink-3 text-xs" title={rights}>
          {rights}
        </p>
        <p className="truncate text-ink-3 text-xs" title={app.redirect_uris.join('\n')}>
          {app.redirect_uris.join(', ')}
        </p>
      </div>
      <p className="text-ink-3 text-xs">
        {app.grants ? `Let in ${count(app.grants, 'time', 'times')}` : 'Nobody let it in yet'}
      </p>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={app.id} label="Copy client id" />
        <Button size="sm" onClick={onEdit} aria-label={`Edit ${app.name}`}>
          Edit
        </Button>
        {app.confidential && (
          <Button size="sm" onClick={onRotate} aria-label={`Make another secret of ${app.name}`}>
            New secret
          </Button>
        )}
        <Button size="sm" look="danger" onClick={onDelete} aria-label={`Delete ${app.name}`}>
          Delete
        </Button>
      </div>
    </li>
  );
}
