//! Days and moments of a record.

use jiff::civil::Date;
use serde_json::Value;

use super::{Found, Inside, Record};
use crate::{
    Error, ServerTime,
    binding::{DateFormat, Format},
    codec::moments,
    contract::Field,
};

impl<'a> Record<'a> {
    pub(in crate::codec) fn day(&self, field: Field) -> Result<Option<Date>, Error> {
        Ok(self.dated(field, moments::read_day)?.map(|(day, _)| day))
    }

    /// A moment. If a key has the day only, the key beside it with the time of the day makes it a moment.
    pub(in crate::codec) fn moment(&self, field: Field) -> Result<Option<ServerTime>, Error> {
        let Some((moment, found)) = self.dated(field, moments::read_moment)? else { return Ok(None) };
        let whole = self
            .time_beside(&found)
            .and_then(|time| moments::at_time(found.value, time, date_format(&found), self.context.offset));
        Ok(Some(whole.unwrap_or(moment)))
    }

    /// The day of a value that was found.
    pub(in crate::codec) fn day_at(&self, found: &Found<'_, 'a>) -> Result<Option<Date>, Error> {
        let day = moments::read_day(found.value, date_format(found), self.context.offset);
        day.map_err(|why| self.context.unreadable(&found.path(), why))
    }

    /// The moment of a value that was found.
    pub(in crate::codec) fn moment_at(&self, found: &Found<'_, 'a>) -> Result<Option<ServerTime>, Error> {
        let moment = moments::read_moment(found.value, date_format(found), self.context.offset);
        moment.map_err(|why| self.context.unreadable(&found.path(), why))
    }

    fn dated<T>(
        &self,
        field: Field,
        read: impl Fn(&Value, Option<DateFormat>, i16) -> Result<Option<T>, String>,
    ) -> Result<Option<(T, Found<'_, 'a>)>, Error> {
        for found in self.candidates(field).filter(|found| !found.value.is_boolean()) {
            let value = read(found.value, date_format(&found), self.context.offset);
            if let Some(value) = value.map_err(|why| self.context.unreadable(&found.path(), why))? {
                return Ok(Some((value, found)));
            }
        }
        Ok(None)
    }

    /// The text beside a date whose key has the same name with "time" in place of "date": `operation_time` beside `operation_date`,
    /// «Время» beside «Дата».
    fn time_beside(&self, found: &Found<'_, 'a>) -> Option<&'a str> {
        const WORDS: [(&str, &str); 2] = [("date", "time"), ("дата", "время")];
        let Inside::Key(key) = found.inside else { return None };
        let (dated, ..) = self.keys.iter().find(|(_, own, _)| *own == key)?;
        let (date, time) = WORDS.into_iter().find(|(date, _)| dated.name.contains(date))?;
        let name = dated.name.replacen(date, time, 1);
        let mut beside = self.keys.iter().filter(|(key, ..)| key.name == name);
        let (.., value) = beside.next().filter(|_| beside.next().is_none())?;
        value.as_str()
    }
}

fn date_format(found: &Found<'_, '_>) -> Option<DateFormat> {
    if let Some(Format::Date(format)) = found.format { Some(*format) } else { None }
}
