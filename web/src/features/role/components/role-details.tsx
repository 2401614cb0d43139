import { Check, Copy, Pencil, Trash2 } from 'lucide-react';
import { permissionGroups } from '@/features/access';
import type { Role } from '@/lib/api';
import { count } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { reachOf } from '../model';

interface Props {
  role: Role;
  /** Absent where roles are only read. */
  actions?: { onEdit: () => void; onCopy: () => void; onDelete: () => void };
}

/** What a role allows, in words. */
export function RoleDetails({ role, actions }: Props) {
  const reach = reachOf(role.reach);
  return (
    <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4">
      <div className="flex flex-wrap items-center gap-2">
        <Badge>{role.level === 'agency' ? 'Of the agency' : 'Of a sub-account'}</Badge>
        {role.built_in && <Badge>Built in</Badge>}
        <span className="text-ink-3 text-xs">Held by {count(role.members, 'person', 'people')}</span>
      </div>
      {role.description && <p className="text-ink-2">{role.description}</p>}
      <section>
        <h3 className="font-medium text-ink-2 text-xs">Whose records</h3>
        <p className="mt-1">{reach.label}</p>
        <p className="text-ink-3 text-xs">{reach.text}</p>
      </section>
      {permissionGroups.map(({ title, permissions }) => {
        const held = permissions.filter(({ value }) => role.permissions.includes(value));
        return held.length === 0 ? null : (
          <section key={title}>
            <h3 className="font-medium text-ink-2 text-xs">{title}</h3>
            <ul className="mt-1 flex flex-col gap-1">
              {held.map(({ value, label }) => (
                <li key={value} className="flex items-start gap-2">
                  <Check aria-hidden size={14} className="mt-0.5 shrink-0 text-brand-ink" />
                  {label}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {actions && (
        <div className="flex flex-col gap-3">
          {role.built_in && (
            <Banner>Built-in roles stay as they are. Duplicate this one to make it your own.</Banner>
          )}
          <div className="flex flex-wrap gap-2">
            {!role.built_in && (
              <Button look="primary" icon={Pencil} onClick={actions.onEdit}>
                Edit role
              </Button>
            )}
            <Button icon={Copy} onClick={actions.onCopy}>
              Duplicate
            </Button>
            {!role.built_in && (
              <Button
                look="danger"
                icon={Trash2}
                disabled={role.members > 0}
                title={role.members > 0 ? 'Give the people who hold it another role first.' : undefined}
                onClick={actions.onDelete}
              >
                Delete
              </Button>
            )}
          </div>
          {!role.built_in && role.members > 0 && (
            <p className="text-ink-3 text-xs">It can be deleted when nobody holds it any more.</p>
          )}
        </div>
      )}
    </div>
  );
}
