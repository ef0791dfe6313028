/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "diagnosis/stile-path-variant.h"
#include "diagnosis/stile-redaction.h"
#include "diagnosis/stile-report-document.h"
#include "diagnosis/stile-report-html.h"
#include "diagnosis/stile-report-pdf.h"

/**
 * StileReport:
 *
 * What came of a diagnosis, as a document (docs/report.md).  Both faces show it from this alone: a result that is new and one of
 * last year are the same to them.
 */
struct _StileReport
{
  GObject parent_instance;

  GVariant *document; /* as stile_json_parse() gives it */
  GVariant *verdict;
  GVariant *target;
};

G_DEFINE_FINAL_TYPE (StileReport, stile_report, G_TYPE_OBJECT)

static void
stile_report_finalize (GObject *object)
{
  StileReport *self = STILE_REPORT (object);

  g_variant_unref (self->document);
  g_clear_pointer (&self->verdict, g_variant_unref);
  g_clear_pointer (&self->target, g_variant_unref);

  G_OBJECT_CLASS (stile_report_parent_class)->finalize (object);
}

static void
stile_report_class_init (StileReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_report_finalize;
}

static void
stile_report_init (StileReport *self)
{
}

/* Takes over @document. */
static StileReport *
take (GVariant *document)
{
  StileReport *self = g_object_new (STILE_TYPE_REPORT, NULL);

  self->document = document;
  self->verdict = stile_json_get_member (document, "verdict");
  self->target = stile_json_get_member (document, "target");
  return self;
}

static GBytes *
print (GVariant *document)
{
  char *text = stile_json_print (document, TRUE);

  return g_bytes_new_take (text, strlen (text));
}

/**
 * stile_report_new:
 * @checks: of StileCheck
 *
 * Returns: (transfer full): the report of a diagnosis that is through
 */
StileReport *
stile_report_new (StileSignals *signals, StileVerdict *verdict, GListModel *checks)
{
  g_autoptr (GVariant) made = stile_report_document_make (signals, verdict, checks);
  g_autoptr (GBytes) json = print (made);
  GVariant *document = stile_json_parse (json, STILE_REPORT_MAX_SIZE, NULL);

  /* A document that was read has one shape for lists, whatever they hold; all who show one expect that. */
  return take (document != NULL ? document : g_steal_pointer (&made));
}

/**
 * stile_report_new_from_json:
 * @json: from anybody
 *
 * Returns: (transfer full): the report; %STILE_ERROR_SETTINGS when it is none of this schema
 */
StileReport *
stile_report_new_from_json (GBytes *json, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (json, STILE_REPORT_MAX_SIZE, error);
  g_autoptr (StileReport) self = NULL;

  if (document == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return NULL;
    }
  if (g_strcmp0 (stile_json_get_string (document, "schema"), STILE_REPORT_SCHEMA) != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("This is no report of a diagnosis (“%s”)"),
                   STILE_REPORT_SCHEMA);
      return NULL;
    }

  self = take (g_steal_pointer (&document));
  if (stile_report_get_path_class (self) == NULL || stile_report_get_url (self) == NULL ||
      stile_report_get_created (self) == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("The report lacks its verdict, its target or its date"));
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * stile_report_load:
 *
 * Returns: (transfer full): the report in a JSON file
 */
StileReport *
stile_report_load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  StileReport *self = bytes != NULL ? stile_report_new_from_json (bytes, error) : NULL;

  if (self == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, "%s: ", path);
    }
  return self;
}

/**
 * stile_report_redact:
 *
 * Returns: (transfer full): the same without user names, internal names and internal addresses
 */
StileReport *
stile_report_redact (StileReport *self)
{
  return take (stile_redaction_apply (self->document));
}

/**
 * stile_report_list_private:
 *
 * Returns: (transfer full) (element-type utf8): what stile_report_redact() leaves out, each followed by its stand-in
 */
GPtrArray *
stile_report_list_private (StileReport *self)
{
  return stile_redaction_list (self->document);
}

GVariant *
stile_report_get_document (StileReport *self)
{
  return self->document;
}

/**
 * stile_report_get_created:
 *
 * Returns: (transfer full) (nullable): when
 */
GDateTime *
stile_report_get_created (StileReport *self)
{
  const char *text = stile_json_get_string (self->document, "created");

  return text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
}

const char *
stile_report_get_url (StileReport *self)
{
  return stile_json_get_string (self->target, "url");
}

const char *
stile_report_get_path_class (StileReport *self)
{
  return stile_json_get_string (self->verdict, "path");
}

const char *
stile_report_get_confidence (StileReport *self)
{
  return stile_json_get_string (self->verdict, "confidence");
}

static const char *
or_nothing (const char *text)
{
  return text != NULL ? text : "";
}

const char *
stile_report_get_sentence (StileReport *self)
{
  return or_nothing (stile_json_get_string (self->verdict, "sentence"));
}

const char *
stile_report_get_confidence_sentence (StileReport *self)
{
  return or_nothing (stile_json_get_string (self->verdict, "confidence_sentence"));
}

/**
 * stile_report_get_path:
 *
 * Returns: (transfer full): the path, for drawing
 */
StilePath *
stile_report_get_path (StileReport *self)
{
  g_autoptr (GVariant) path = stile_json_get_member (self->document, "path");

  return stile_path_variant_read (path);
}

/**
 * stile_report_get_remedies:
 *
 * Returns: (transfer full) (element-type StileRemedy): what to do
 */
GPtrArray *
stile_report_get_remedies (StileReport *self)
{
  GPtrArray *remedies = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < stile_report_count (self->document, "remediation"); i++)
    {
      g_autoptr (GVariant) item = stile_report_get_item (self->document, "remediation", i);
      StileRemedy *remedy = stile_remedy_new_from_variant (item);

      if (remedy != NULL)
        g_ptr_array_add (remedies, remedy);
    }

  return remedies;
}

/**
 * stile_report_get_checks:
 *
 * Returns: (transfer full): of StileCheck, as they ended
 */
GListModel *
stile_report_get_checks (StileReport *self)
{
  GListStore *checks = g_list_store_new (STILE_TYPE_CHECK);

  for (guint i = 0; i < stile_report_count (self->document, "checks"); i++)
    {
      g_autoptr (GVariant) item = stile_report_get_item (self->document, "checks", i);
      const char *id = stile_json_get_string (item, "id"), *title = stile_json_get_string (item, "title");
      g_autoptr (StileCheck) check = stile_check_new (or_nothing (id), or_nothing (title));

      stile_check_set (check, stile_check_state_find (stile_json_get_string (item, "state")),
                       stile_json_get_string (item, "sentence"));
      g_list_store_append (checks, check);
    }

  return G_LIST_MODEL (checks);
}

gboolean
stile_report_is_redacted (StileReport *self)
{
  g_autoptr (GVariant) redaction = stile_json_get_member (self->document, "redaction");

  return stile_json_get_boolean (redaction, "names", FALSE);
}

/* --- lists --- */

/* More than any list of an honest report has. */
#define MAX_ITEMS 1000

/**
 * stile_report_count:
 * @object: the document, or an object in it
 *
 * Returns: how many items the list has; 0 when it is none
 */
guint
stile_report_count (GVariant *object, const char *member)
{
  g_autoptr (GVariant) list = stile_json_get_member (object, member);

  return list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av"))
             ? (guint)MIN (g_variant_n_children (list), MAX_ITEMS)
             : 0;
}

/**
 * stile_report_get_item:
 * @index: less than stile_report_count()
 *
 * Returns: (transfer full): an item of the list
 */
GVariant *
stile_report_get_item (GVariant *object, const char *member, guint index)
{
  g_autoptr (GVariant) list = stile_json_get_member (object, member);
  GVariant *item = NULL;

  g_variant_get_child (list, index, "v", &item);
  return item;
}

/* --- as files --- */

/**
 * stile_report_to_json:
 *
 * Returns: (transfer full): the document, for people and for programs
 */
char *
stile_report_to_json (StileReport *self)
{
  return stile_json_print (self->document, TRUE);
}

/**
 * stile_report_to_html:
 *
 * Returns: (transfer full): one file that refers to no other
 */
char *
stile_report_to_html (StileReport *self)
{
  return stile_report_html_write (self);
}

static GBytes *
write_by_suffix (StileReport *self, const char *path, GError **error)
{
  char *text;

  if (g_str_has_suffix (path, ".pdf"))
    return stile_report_pdf_write (self, error);
  if (g_str_has_suffix (path, ".html") || g_str_has_suffix (path, ".htm"))
    text = stile_report_to_html (self);
  else if (g_str_has_suffix (path, ".json") || g_str_has_suffix (path, ".stile-report"))
    text = stile_report_to_json (self);
  else
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("A report is saved as .json, .html or .pdf; give the file such a name"));
      return NULL;
    }

  return g_bytes_new_take (text, strlen (text));
}

/**
 * stile_report_save:
 * @path: ends in .json, .html or .pdf; .stile-report is JSON, too
 *
 * Writes a file that only its owner can read, whole or not at all.
 */
gboolean
stile_report_save (StileReport *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = write_by_suffix (self, path, error);
  gsize length;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (bytes != NULL &&
      g_file_set_contents_full (path, data, (gssize)length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Saving the report as “%s”: "), path);
  return FALSE;
}
