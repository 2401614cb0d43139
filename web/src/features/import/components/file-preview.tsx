import type { ImportDetail } from '@/lib/api';

/** The first rows of the file, as they were read: wrong letters and wrong columns are seen here. */
export function FilePreview({ detail }: { detail: ImportDetail }) {
  const rows = (detail.sample ?? []).slice(0, 5);
  if (rows.length === 0) return null;
  return (
    <section
      aria-label="Table of the first rows"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="scroll-thin overflow-x-auto rounded-md border border-line"
    >
      <table className="w-full text-xs">
        <thead className="bg-sunken text-ink-3">
          <tr>
            {(detail.columns ?? []).map((column, n) => (
              <th key={n} scope="col" className="max-w-48 truncate px-2.5 py-1.5 text-start font-medium">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-line border-t">
          {rows.map((row, n) => (
            <tr key={n}>
              {(detail.columns ?? []).map((_, column) => (
                <td key={column} dir="auto" className="max-w-48 truncate px-2.5 py-1.5">
                  {row[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
