import { AppError } from '$lib/backend/backend';
import type {
  ContractReport,
  DescriptionForm,
  LineView,
  ProbeView,
  ProposalView,
  SecretConstant,
  SecretConstantForm,
} from '$lib/backend/types';
import { mended, problemsOf, type Problems } from '$lib/i18n/problem';
import type { Office } from '$lib/shell/office.svelte';
import { descriptionIn } from './file';

/** The contract while someone looks at it and changes it. */
export class ContractEdit {
  report = $state.raw<ContractReport | null>(null);
  /** What was found by hand, and waits for an answer. */
  proposal = $state.raw<ProposalView | null>(null);
  probed = $state.raw<ProbeView | null>(null);
  exported = $state.raw<string | null>(null);
  /** What became of a proposal: of the one that the start found, or of one that was looked for. */
  settled = $state.raw<{ as: 'accepted' | 'declined'; pending: boolean } | null>(null);
  /** Which errand is out. */
  busy = $state<'load' | 'find' | 'probe' | 'settle' | 'export' | 'key' | null>(null);
  problems = $state.raw<Problems>({});
  error = $state.raw<AppError | null>(null);

  constructor(private readonly office: Office) {}

  /** Someone works on the field of this name. */
  mended(name: string): void {
    this.problems = mended(this.problems, name);
  }

  load = () => this.act('load', async () => void (this.report = await this.office.backend.contractReport()));

  find = (description: DescriptionForm) =>
    this.act('find', async () => void (this.proposal = await this.office.backend.findContract(description)));

  readFile = (file: File) =>
    this.act(
      'find',
      async () => void (this.proposal = await this.office.backend.findContract(await descriptionIn(file))),
    );

  settle = (id: string, accept: boolean) =>
    this.act('settle', async () => {
      const { backend } = this.office;
      const pending = this.report?.pending?.id === id;
      this.report = await (accept ? backend.acceptContract(id) : backend.declineContract(id));
      this.proposal = null;
      this.settled = { as: accept ? 'accepted' : 'declined', pending };
    });

  seen = () => this.act('settle', async () => void (this.report = await this.office.backend.seeContractNews()));

  save = () => this.act('export', async () => void (this.exported = await this.office.backend.exportContract()));

  probe = (phone: string) =>
    this.act('probe', async () => {
      this.probed = null;
      this.probed = await this.office.backend.probeContract(phone);
      this.report = await this.office.backend.contractReport();
    });

  /** How it would be with another text; nothing is kept. */
  tryLine = (line: LineView, value: string): Promise<ContractReport> =>
    this.office.backend.overruleLine(line.method, line.key, value, true);

  /** Keeps a text of one's own, or gives the line back to the server. */
  putLine = async (line: LineView, value: string | null): Promise<void> => {
    this.report = await this.office.backend.overruleLine(line.method, line.key, value, false);
  };

  /** Keeps a key that the server wants besides the token. Whether it is kept. */
  putKey = (form: SecretConstantForm): Promise<boolean> =>
    this.act('key', async () => void (this.report = await this.office.backend.keepSecretConstant(form)));

  forgetKey = (constant: SecretConstant): Promise<boolean> =>
    this.act('key', async () => void (this.report = await this.office.backend.forgetSecretConstant(constant)));

  /** Sets by hand how this server writes phones. */
  putPhone = async (format: string): Promise<void> => {
    this.report = await this.office.backend.overruleLine(null, 'phone', format, false);
  };

  private async act(errand: Exclude<ContractEdit['busy'], null>, what: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = errand;
    this.error = null;
    this.problems = {};
    this.settled = null;
    this.exported = null;
    try {
      await what();
      return true;
    } catch (thrown) {
      this.error = AppError.from(thrown);
      this.problems = problemsOf(this.error);
      // A file or a phone was refused: what was proposed before is no answer to it.
      if (errand === 'find') this.proposal = null;
      return false;
    } finally {
      this.busy = null;
    }
  }
}
