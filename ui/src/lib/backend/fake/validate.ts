import { parseDate } from '$lib/format';
import { AppError } from '../backend';
import {
  profileFields,
  type ErrorClass,
  type ErrorCode,
  type ErrorDetails,
  type FieldCode,
  type FieldError,
  type OperationForm,
  type ProfileView,
  type Restaurant,
  type SecretForm,
} from '../types';
import { TODAY } from './seed';
import { readSum } from './sums';

export function appError(code: ErrorCode, details: ErrorDetails = {}, kind: ErrorClass = 'refused'): AppError {
  return new AppError({ class: kind, code, message: code, details });
}

export function invalid(fields: FieldError[]): AppError {
  return appError('invalid_input', { fields }, 'invalid');
}

/** Roughly the office's rules: enough for every message at every field to be seen. */
export class Fields {
  readonly errors: FieldError[] = [];

  fail(field: string, code: FieldCode): void {
    this.errors.push({ field, code });
  }
  line(field: string, text: string): string {
    if (text.trim() === '') this.fail(field, 'required');
    else if (text.length > 200) this.fail(field, 'too_long');
    return text.trim();
  }
  phone(field: string, text: string): string {
    const digits = text.replace(/\D/g, '');
    if (text.trim() === '') this.fail(field, 'required');
    else if (/\p{L}/u.test(text)) this.fail(field, 'not_a_phone');
    else if (digits.length < 10) this.fail(field, 'too_short');
    else if (digits.length > 15) this.fail(field, 'too_long');
    if (text.trim().startsWith('+') && !digits.startsWith('7')) return `+${digits}`;
    return `+7${digits.slice(-10)}`;
  }
  sum(field: string, text: string, empty: number | null = null): number {
    const sum = readSum(text);
    if (sum === 'required' && empty !== null) return empty;
    if (typeof sum === 'string') this.fail(field, sum);
    else if (sum < 0) this.fail(field, 'negative');
    return typeof sum === 'string' ? 0 : sum;
  }
  restaurant(code: string, known: Restaurant[]): string {
    const line = this.line('restCode', code);
    if (line !== '' && known.length > 0 && !known.some((one) => one.code === line))
      this.fail('restCode', 'not_in_list');
    return line;
  }
  guid(field: string, text: string): string {
    const guid = this.line(field, text).toLowerCase();
    if (guid !== '' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(guid)) this.fail(field, 'not_a_guid');
    return guid;
  }
  date(field: string, text: string): string {
    const date = parseDate(text) ?? (/^\d{4}-\d\d-\d\d$/.test(text) ? text : null);
    if (text.trim() === '') this.fail(field, 'required');
    else if (date === null) this.fail(field, 'not_a_date');
    else if (date > TODAY) this.fail(field, 'in_the_future');
    return date ?? '';
  }
  profile(profile: ProfileView): ProfileView {
    const days: Partial<ProfileView> = {};
    for (const { name, kind, maxLength } of profileFields) {
      const value = profile[name];
      if (typeof value !== 'string' || value === '') continue;
      if (kind === 'day') Object.assign(days, { [name]: this.date(name, value) });
      else if (value.length > maxLength) this.fail(name, 'too_long');
      else if (kind === 'email' && !/^\S+@\S+\.\S+$/.test(value)) this.fail(name, 'not_an_email');
    }
    return { ...profile, ...days };
  }
  done(): void {
    if (this.errors.length > 0) throw invalid(this.errors);
  }
}

export function needsGuest(form: Extract<OperationForm, { account: string }>, fields: Fields): void {
  if (form.account === '') fields.fail('account', 'required');
}

export function checkSecret(secret: SecretForm, fields: Fields): void {
  if (secret.kind === 'token') fields.line('token', secret.token);
  else {
    fields.line('login', secret.login);
    fields.line('password', secret.password);
  }
}
