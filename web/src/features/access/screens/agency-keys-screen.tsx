import { ApiKeys } from '../components/api-keys';
import { permissionGroups } from '../permissions';
import { agencyPlace } from '../place';

export function AgencyKeysScreen() {
  return <ApiKeys holder={agencyPlace} groups={permissionGroups} />;
}
