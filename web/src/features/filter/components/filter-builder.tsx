import { useEffect, useMemo, useRef, useState } from 'react';
import { explain, type FilterField, type FilterFields, type FilterTree, isProblem } from '@/lib/api';
import { useDebounced } from '@/lib/debounce';
import { compile, errorsByPart } from '../compile';
import { toDraft } from '../model';
import type { Choice } from '../value';
import { GroupEditor } from './group-editor';

interface Props {
  catalogue: FilterFields;
  filter: FilterTree | null;
  /** Called when typing pauses, with what is complete of the filter. */
  onFilter: (filter: FilterTree | null) => void;
  choices: (field: FilterField) => Choice[] | undefined;
  /** What the server said to the filter: its problem, as an answer to `filter`. */
  problem?: unknown;
}

const pause = 250;

/** Edits a filter: nested groups, typed operators and values. It knows no noun; the catalogue tells all. */
export function FilterBuilder({ catalogue, filter, onFilter, choices, problem }: Props) {
  const [draft, setDraft] = useState(() => toDraft(filter));
  const said = useRef(JSON.stringify(filter));
  const compiled = useMemo(() => compile(draft), [draft]);
  const send = useDebounced((next: FilterTree | null) => {
    const text = JSON.stringify(next);
    if (text === said.current) return;
    said.current = text;
    onFilter(next);
  }, pause);
  // Follows "back" and a view that is chosen, not the echo of what was built here.
  const given = JSON.stringify(filter);
  useEffect(() => {
    if (given === said.current) return;
    said.current = given;
    setDraft(toDraft(JSON.parse(given) as FilterTree | null));
  }, [given]);
  const errors = useMemo(
    () => errorsByPart(isProblem(problem) ? problem.fields : [], compiled.paths),
    [problem, compiled],
  );
  return (
    <>
      <GroupEditor
        group={draft}
        catalogue={catalogue}
        choices={choices}
        errors={errors}
        incomplete={compiled.incomplete}
        onChange={(next) => {
          const group = next ?? toDraft(null);
          setDraft(group);
          send(compile(group).filter);
        }}
      />
      {Boolean(problem) && errors.size === 0 && (
        <p role="alert" className="mt-2 text-bad text-xs">
          {explain(problem)}
        </p>
      )}
    </>
  );
}
