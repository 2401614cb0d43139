import { ChevronDown, Pencil, Plus, RotateCcw, Save, Trash2, Users } from 'lucide-react';
import type { View } from '@/lib/api';
import { cx } from '@/lib/cx';
import { IconButton } from '@/ui/icon-button';
import { Menu, type MenuItem } from '@/ui/menu';

interface Props {
  views: readonly View[];
  current: View | undefined;
  /** The list differs from what the view keeps. */
  changed: boolean;
  canShare: boolean;
  onChoose: (view: View | undefined) => void;
  onSave: () => void;
  onReset: () => void;
  onName: (mode: 'new' | 'rename') => void;
  onShare: (shared: boolean) => void;
  onDelete: () => void;
}

/** The saved views, each a tab; what can be done with the one that is shown stands beside its name. */
export function ViewBar(props: Props) {
  const { views, current, changed, canShare, onChoose } = props;
  const mayChange = current && (current.shared ? canShare : current.own);
  const tab = (view: View | undefined) => {
    const on = view?.id === current?.id;
    return (
      <button
        key={view?.id ?? 'all'}
        type="button"
        aria-current={on ? 'page' : undefined}
        onClick={() => onChoose(view)}
        className={cx(
          'flex h-7 min-w-0 max-w-52 shrink-0 items-center gap-1.5 rounded-md px-2 font-medium',
          on ? 'bg-active text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
        )}
      >
        {view?.shared && <Users aria-label="Shared" size={13} className="shrink-0 text-ink-3" />}
        <span className="truncate">{view?.name ?? 'All contacts'}</span>
        {on && changed && (
          <span role="img" aria-label="changed" className="size-1.5 shrink-0 rounded-full bg-brand" />
        )}
      </button>
    );
  };
  const item = (on: unknown, one: MenuItem) => (on ? [one] : []);
  const groups = [
    [
      ...item(changed && mayChange, { label: 'Save the changes', icon: Save, onSelect: props.onSave }),
      { label: 'Save as a new view…', icon: Plus, onSelect: () => props.onName('new') },
      ...item(changed, { label: 'Undo the changes', icon: RotateCcw, onSelect: props.onReset }),
    ],
    [
      ...item(mayChange, { label: 'Rename…', icon: Pencil, onSelect: () => props.onName('rename') }),
      ...item(mayChange && canShare, {
        label: current?.shared ? 'Make it private' : 'Share with everybody here',
        icon: Users,
        onSelect: () => props.onShare(!current?.shared),
      }),
      ...item(mayChange, { label: 'Delete', icon: Trash2, tone: 'bad', onSelect: props.onDelete }),
    ],
  ].filter((group) => group.length > 0);
  return (
    <nav
      aria-label="Views"
      className="scroll-thin flex shrink-0 items-center gap-1 overflow-x-auto border-line border-b px-3 py-1.5"
    >
      {[undefined, ...views].map(tab)}
      <Menu
        align="start"
        groups={groups}
        trigger={<IconButton icon={ChevronDown} label="What to do with the view" />}
      />
    </nav>
  );
}
