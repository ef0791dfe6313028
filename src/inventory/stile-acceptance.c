/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-acceptance.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* SHA-256 is read aloud and compared by eye: groups of four, eight of them on a line. */
#define GROUP 4
#define LINE (8 * GROUP)

/* Where the head's lines come from, while the devices are gone through. */
typedef struct
{
  StileAcceptance *report;
  GHashTable *seen; /* of char*: kind and fingerprint */
  GPtrArray *domains;
  GPtrArray *registrars;
  GPtrArray *agents; /* of StileAcceptanceLabel, all three */
} Gathering;

static void
label_free (gpointer data)
{
  StileAcceptanceLabel *label = data;

  g_free (label->value);
  g_free (label->fingerprint);
  g_free (label);
}

static void
row_free (gpointer data)
{
  StileAcceptanceRow *row = data;

  g_free (row->serial);
  g_free (row->name);
  g_free (row->when);
  g_free (row->fingerprint);
  g_free (row->reason);
  g_free (row);
}

/**
 * stile_acceptance_get_title:
 *
 * Returns: (transfer none): the title
 */
const char *
stile_acceptance_get_title (void)
{
  return _ ("Acceptance report");
}

/**
 * stile_acceptance_group_digits:
 * @fingerprint: SHA-256 in hex
 *
 * Returns: (transfer full): in groups of four, on two lines
 */
char *
stile_acceptance_group_digits (const char *fingerprint)
{
  GString *grouped = g_string_new (NULL);

  for (gsize i = 0; fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % GROUP == 0)
        g_string_append_c (grouped, i % LINE == 0 ? '\n' : ' ');
      g_string_append_c (grouped, fingerprint[i]);
    }

  return g_string_free (grouped, FALSE);
}

/* --- the head --- */

/* Takes @value. */
static void
add_label (GPtrArray *labels, const char *label, char *value, const char *fingerprint)
{
  StileAcceptanceLabel *line = g_new0 (StileAcceptanceLabel, 1);

  line->label = label;
  line->value = value;
  line->fingerprint = fingerprint != NULL ? stile_acceptance_group_digits (fingerprint) : NULL;
  g_ptr_array_add (labels, line);
}

static void
add_party (Gathering *self, GPtrArray *parties, const char *label, const char *name, const char *fingerprint)
{
  g_autofree char *key = g_strdup_printf ("%s %s", label, fingerprint);

  if (parties->len > STILE_ACCEPTANCE_MAX_PARTIES || !g_hash_table_add (self->seen, g_strdup (key)))
    return;

  if (parties->len == STILE_ACCEPTANCE_MAX_PARTIES)
    add_label (parties, label, g_strdup (_ ("There are more")), NULL);
  else
    add_label (parties, label, stile_export_source_clean (name, STILE_EXPORT_SOURCE_MAX_NAME), fingerprint);
}

static void
add_certificate (Gathering *self, GPtrArray *parties, const char *label, StileCertificate *certificate)
{
  if (certificate != NULL)
    add_party (self, parties, label, stile_certificate_get_name (certificate),
               stile_certificate_get_fingerprint (certificate));
}

/* Of an agent that stood there before this one nothing but the fingerprint is known. */
static void
add_agent (Gathering *self, const StileExportSource *source, const char *agent)
{
  gboolean own = source->agent != NULL && agent != NULL &&
                 g_ascii_strcasecmp (agent, stile_certificate_get_fingerprint (source->agent)) == 0;

  if (agent != NULL)
    add_party (self, self->agents, _ ("Agent’s certificate"),
               own ? stile_certificate_get_name (source->agent) : _ ("Of another agent"), agent);
}

static char *
describe_time (gint64 now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S %Z (UTC%:z)") : g_strdup ("");
}

static void
add_occasion (Gathering *self, const StileExportSource *source)
{
  GPtrArray *labels = self->report->labels;

  add_label (labels, _ ("Created"), describe_time (source->now), NULL);
  if (source->who != NULL)
    add_label (labels, C_ ("a report was created", "By"),
               stile_export_source_clean (source->who, STILE_EXPORT_SOURCE_MAX_NAME), NULL);
  add_label (labels, _ ("On the computer"),
             stile_export_source_clean (g_get_host_name (), STILE_EXPORT_SOURCE_MAX_NAME), NULL);
  add_label (labels, C_ ("a report was created", "With the program"), g_strdup ("Stile " PACKAGE_VERSION),
             NULL);
}

/* --- the devices --- */

static void
count (StileAcceptance *self, StileDeviceState state)
{
  if (state == STILE_DEVICE_DONE)
    self->n_done++;
  else if (state == STILE_DEVICE_FAILED)
    self->n_failed++;
  else if (state == STILE_DEVICE_REFUSED)
    self->n_refused++;
  else
    self->n_open++;
}

static char *
make_name (StileDevice *device)
{
  g_autofree char *name =
      stile_export_source_clean (stile_device_get_name (device), STILE_DEVICE_FIELD_MAX_SIZE);
  g_autofree char *model =
      stile_export_source_clean (stile_device_get_model (device), STILE_DEVICE_FIELD_MAX_SIZE);

  /* Two lines: what one of them says in a script from right to left does not reach the other. */
  return g_strconcat (name, *name != '\0' && *model != '\0' ? "\n" : "", model, NULL);
}

static char *
make_when (StileDevice *device)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (stile_device_get_changed (device));
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M") : g_strdup ("");
}

static char *
make_reason (StileDevice *device)
{
  StileDeviceState state = stile_device_get_state (device);
  const char *message = stile_device_get_message (device);

  if (state == STILE_DEVICE_FAILED || state == STILE_DEVICE_REFUSED ||
      (state != STILE_DEVICE_DONE && message != NULL))
    return message != NULL ? stile_export_source_clean (message, STILE_ACCEPTANCE_MAX_REASON)
                           : g_strdup ("–");

  return NULL;
}

/* A certificate that the registrar gave and the device did not take is not the device's. */
static StileAcceptanceRow *
make_row (StileDevice *device, const StileExportSourceFacts *facts)
{
  StileAcceptanceRow *row = g_new0 (StileAcceptanceRow, 1);
  gboolean has = stile_device_get_state (device) == STILE_DEVICE_DONE && facts->certificate != NULL;

  row->serial = stile_export_source_clean (stile_device_get_serial (device), STILE_DEVICE_FIELD_MAX_SIZE);
  row->name = make_name (device);
  row->result = stile_device_state_get_words (stile_device_get_state (device));
  row->when = make_when (device);
  row->fingerprint =
      has ? stile_acceptance_group_digits (stile_certificate_get_fingerprint (facts->certificate))
          : g_strdup ("–");
  row->reason = make_reason (device);
  return row;
}

static gboolean
add_device (Gathering *self, const StileExportSource *source, guint index, GError **error)
{
  StileDevice *device = g_ptr_array_index (source->devices, index);
  g_auto (StileExportSourceFacts) facts = { 0 };
  StileAcceptanceRow *row;

  if (!stile_export_source_read (source, index, &facts, error))
    return FALSE;

  add_certificate (self, self->domains, _ ("Domain"), facts.domain);
  add_certificate (self, self->registrars, _ ("Registrar"), facts.registrar);
  add_agent (self, source, facts.agent);
  count (self->report, stile_device_get_state (device));
  row = make_row (device, &facts);
  self->report->n_reasons += row->reason != NULL;
  g_ptr_array_add (self->report->rows, row);
  return TRUE;
}

static gboolean
gather (Gathering *self, const StileExportSource *source, GError **error)
{
  add_occasion (self, source);
  for (guint i = 0; i < source->devices->len; i++)
    if (!add_device (self, source, i, error))
      return FALSE;

  g_ptr_array_extend_and_steal (self->report->labels, g_ptr_array_ref (self->domains));
  g_ptr_array_extend_and_steal (self->report->labels, g_ptr_array_ref (self->registrars));
  g_ptr_array_extend_and_steal (self->report->labels, g_ptr_array_ref (self->agents));
  return TRUE;
}

/**
 * stile_acceptance_new:
 * @error: as stile_export_source_read()
 *
 * Returns: (transfer full): what the report on these devices says
 */
StileAcceptance *
stile_acceptance_new (const StileExportSource *source, GError **error)
{
  g_autoptr (StileAcceptance) report = g_new0 (StileAcceptance, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) domains = g_ptr_array_new_with_free_func (label_free);
  g_autoptr (GPtrArray) registrars = g_ptr_array_new_with_free_func (label_free);
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (label_free);
  Gathering gathering = { report, seen, domains, registrars, agents };

  report->labels = g_ptr_array_new_with_free_func (label_free);
  report->rows = g_ptr_array_new_with_free_func (row_free);
  g_set_object (&report->cancellable, source->cancellable);
  return gather (&gathering, source, error) ? g_steal_pointer (&report) : NULL;
}

/**
 * stile_acceptance_free:
 * @self: (transfer full): no longer needed
 */
void
stile_acceptance_free (StileAcceptance *self)
{
  g_ptr_array_unref (self->labels);
  g_ptr_array_unref (self->rows);
  g_clear_object (&self->cancellable);
  g_free (self);
}
