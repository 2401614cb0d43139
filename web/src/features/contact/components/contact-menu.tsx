import { useNavigate } from '@tanstack/react-router';
import { CopyCheck, Download, Layers, MoreHorizontal } from 'lucide-react';
import { IconButton } from '@/ui/icon-button';
import { Menu } from '@/ui/menu';

interface Props {
  account: string;
  /** Absent where the person may not export. */
  onExport?: () => void;
}

/** What else there is about contacts. */
export function ContactMenu({ account, onExport }: Props) {
  const navigate = useNavigate();
  return (
    <Menu
      groups={[
        [
          {
            label: 'Duplicates',
            icon: CopyCheck,
            onSelect: () => navigate({ to: '/a/$account/contacts/duplicates', params: { account } }),
          },
          {
            label: 'Bulk actions',
            icon: Layers,
            onSelect: () => navigate({ to: '/a/$account/contacts/bulk', params: { account } }),
          },
        ],
        ...(onExport ? [[{ label: 'Export as CSV', icon: Download, onSelect: onExport }]] : []),
      ]}
      trigger={<IconButton icon={MoreHorizontal} label="More about contacts" />}
    />
  );
}
