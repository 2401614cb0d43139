import { useCommands } from '@/lib/commands';
import type { useSelection } from './use-selection';

interface Actions {
  replayCurrent: () => void;
  replaySelected: () => void;
}

/** The keyboard of a list of parked work. */
export function useListCommands(
  selection: ReturnType<typeof useSelection>,
  { replayCurrent, replaySelected }: Actions,
) {
  const group = 'Background work';
  useCommands([
    { id: 'work.next', title: 'Next', group, keys: 'j', palette: false, run: () => selection.move(1) },
    {
      id: 'work.previous',
      title: 'Previous',
      group,
      keys: 'k',
      palette: false,
      run: () => selection.move(-1),
    },
    {
      id: 'work.select',
      title: 'Select or deselect',
      group,
      keys: 'x',
      palette: false,
      run: selection.toggleCurrent,
    },
    ...(selection.selected.length > 0
      ? [{ id: 'work.replay-selected', title: 'Replay selected', group, keys: 'r', run: replaySelected }]
      : selection.current
        ? [{ id: 'work.replay', title: 'Replay this one', group, keys: 'r', run: replayCurrent }]
        : []),
  ]);
}
