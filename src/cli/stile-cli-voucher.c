/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-voucher.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bootstrap/stile-prm-judge.h"
#include "cli/stile-cli-voucher-file.h"
#include "cli/stile-cli-voucher-json.h"
#include "cli/stile-cli-voucher-text.h"
#include "cli/stile-cli.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-date.h"

typedef gboolean (*JudgeAs) (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error);

/**
 * Options:
 *
 * What was asked for, and what of it was read.  "show" needs the first two.
 */
typedef struct
{
  gboolean json;
  gboolean compat;

  char *as;
  char **anchor_files;
  char *serial;
  char *nonce;
  char *idevid_file;
  char *registrar_file;
  char *at;
  gboolean nonce_required;
  gboolean no_clock;
  gboolean verified_only;
  gboolean revocation_checked;
  gboolean idevid_may_end;

  GPtrArray *anchors;   /* NULL when none were given */
  GPtrArray *idevid;    /* leaf first; NULL when it was not given */
  GPtrArray *registrar; /* leaf first; NULL when it was not given */
} Options;

static void
options_clear (Options *self)
{
  char *texts[] = { self->as, self->serial, self->nonce, self->idevid_file, self->registrar_file, self->at };
  GPtrArray *lists[] = { self->anchors, self->idevid, self->registrar };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_pointer (&lists[i], g_ptr_array_unref);
  g_strfreev (self->anchor_files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* --- show --- */

static int
show (const Options *self, const char *path)
{
  StileCliVoucherFileEncoding encoding;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = stile_cli_voucher_file_read (path, self->compat, &encoding, &error);
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GVariant) document = NULL;

  if (bytes == NULL || !stile_cli_voucher_file_open (bytes, &judgement, &error))
    return stile_cli_fail (error, self->json);

  if (self->json)
    {
      document = g_variant_ref_sink (stile_cli_voucher_json_describe (&judgement, encoding));
      stile_cli_print_json (document);
    }
  else
    stile_cli_voucher_text_print (&judgement);

  return STILE_CLI_EXIT_DONE;
}

/* --- verify --- */

static const struct
{
  const char *name;
  JudgeAs judge;
  JudgeAs prm; /* of what is BRSKI-PRM's */
} judges[] = {
  { "pledge", stile_judge_as_pledge, stile_prm_judge_as_pledge },
  { "registrar", stile_judge_as_registrar, stile_prm_judge_as_registrar },
  { "masa", stile_judge_as_masa, stile_prm_judge_as_masa },
};

static JudgeAs
find_judge (const char *as)
{
  for (gsize i = 0; i < G_N_ELEMENTS (judges); i++)
    if (g_strcmp0 (as, judges[i].name) == 0)
      return judges[i].judge;

  return NULL;
}

static JudgeAs
choose_judge (JudgeAs judge_as, GBytes *bytes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (judges); i++)
    if (judges[i].judge == judge_as && stile_prm_judge_takes (bytes))
      return judges[i].prm;

  return judge_as;
}

static gboolean
load (const char *path, GPtrArray **list, GError **error)
{
  g_autoptr (GPtrArray) loaded = stile_certificate_bundle_load_pem (path, error);

  if (loaded == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return FALSE;
    }
  if (*list == NULL)
    *list = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_extend_and_steal (*list, g_steal_pointer (&loaded));
  return TRUE;
}

static gboolean
load_files (Options *self, GError **error)
{
  for (gsize i = 0; self->anchor_files != NULL && self->anchor_files[i] != NULL; i++)
    if (!load (self->anchor_files[i], &self->anchors, error))
      return FALSE;

  return (self->idevid_file == NULL || load (self->idevid_file, &self->idevid, error)) &&
         (self->registrar_file == NULL || load (self->registrar_file, &self->registrar, error));
}

static StileJudgePolicy
get_policy (const Options *self)
{
  const struct
  {
    gboolean set;
    StileJudgePolicy policy;
  } switches[] = {
    { self->compat, STILE_JUDGE_COMPAT },
    { self->nonce_required, STILE_JUDGE_NONCE_REQUIRED },
    { self->no_clock, STILE_JUDGE_NO_CLOCK },
    { self->verified_only, STILE_JUDGE_VERIFIED_ONLY },
    { self->revocation_checked, STILE_JUDGE_REVOCATION },
    { self->idevid_may_end, STILE_JUDGE_IDEVID_MAY_END },
  };
  StileJudgePolicy policy = STILE_JUDGE_DEFAULT;

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    if (switches[i].set)
      policy |= switches[i].policy;

  return policy;
}

/* Which of the two peers is the other end depends on who judges: see StileJudge. */
static StileJudge
make_judge (const Options *self, JudgeAs judge_as, gint64 at)
{
  StileJudge judge = { .policy = get_policy (self),
                       .at = at,
                       .anchors = self->anchors,
                       .serial = self->serial,
                       .nonce = self->nonce,
                       .idevid = self->idevid != NULL ? self->idevid->pdata[0] : NULL,
                       .peer_chain = self->registrar };

  if (judge_as == stile_judge_as_registrar)
    {
      judge.peer_chain = self->idevid;
      judge.own = self->registrar != NULL ? self->registrar->pdata[0] : NULL;
    }

  return judge;
}

static int
judge_bytes (const Options *self, const StileJudge *judge, JudgeAs judge_as, GBytes *bytes)
{
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GVariant) document = NULL;
  g_autoptr (GError) refusal = NULL;
  gboolean accepted = judge_as (judge, bytes, checks, &judgement, &refusal);

  if (self->json)
    {
      document = g_variant_ref_sink (stile_cli_voucher_json_describe_verdict (&judgement, checks));
      stile_cli_print_json (document);
    }
  else
    stile_cli_voucher_text_print_verdict (&judgement, checks);

  return accepted ? STILE_CLI_EXIT_DONE : STILE_CLI_EXIT_FAILED;
}

static int
verify (Options *self, JudgeAs judge_as, gint64 at, const char *path)
{
  StileCliVoucherFileEncoding encoding;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *serial = NULL;
  StileJudge judge;

  bytes =
      load_files (self, &error) ? stile_cli_voucher_file_read (path, self->compat, &encoding, &error) : NULL;
  if (bytes == NULL)
    return stile_cli_fail (error, self->json);

  judge = make_judge (self, judge_as, at);
  /* A device's certificate tells its serial number. */
  if (judge.serial == NULL && judge.idevid != NULL)
    judge.serial = serial = stile_certificate_path_get_device_serial (judge.idevid);

  return judge_bytes (self, &judge, choose_judge (judge_as, bytes), bytes);
}

static int
start_verify (Options *self, const char *path)
{
  JudgeAs judge_as = find_judge (self->as);
  gint64 at = g_get_real_time () / G_USEC_PER_SEC;

  if (judge_as == NULL)
    return stile_cli_fail_usage (
        "voucher", _ ("who judges must be told: --as pledge (a voucher), --as registrar (the request of a "
                      "device) or --as masa (the request of a registrar)"));
  if (self->at != NULL && !stile_date_parse (self->at, &at, NULL))
    return stile_cli_fail_usage ("voucher", _ ("--at takes a time as 2026-11-25T22:26:32Z (RFC 3339)"));

  return verify (self, judge_as, at, path);
}

/* What only "verify" understands would be passed over by "show", and somebody might take that for an answer. */
static gboolean
is_for_verify (const Options *self)
{
  return self->as != NULL || self->anchor_files != NULL || self->serial != NULL || self->nonce != NULL ||
         self->idevid_file != NULL || self->registrar_file != NULL || self->at != NULL ||
         (get_policy (self) & ~(StileJudgePolicy)STILE_JUDGE_COMPAT) != 0;
}

static int
run (Options *self, int argc, char *argv[])
{
  const char *what = argc > 1 ? argv[1] : "";

  if (strcmp (what, "show") != 0 && strcmp (what, "verify") != 0)
    return stile_cli_fail_usage ("voucher", _ ("say what to do with it: show or verify"));
  if (argc != 3)
    return stile_cli_fail_usage ("voucher", _ ("name one file, or - for standard input"));
  if (strcmp (what, "verify") == 0)
    return start_verify (self, argv[2]);
  if (is_for_verify (self))
    return stile_cli_fail_usage (
        "voucher", _ ("show judges nothing, and takes no options but --compat and --json: try verify"));

  return show (self, argv[2]);
}

/**
 * stile_cli_voucher_run:
 *
 * "stilectl voucher": shows what is in a signed voucher or voucher request, or judges it as one of the three that get
 * such things.
 *
 * Returns: the exit status
 */
int
stile_cli_voucher_run (int argc, char *argv[])
{
  g_auto (Options) self = { 0 };
  const GOptionEntry entries[] = {
    { "as", 0, 0, G_OPTION_ARG_STRING, &self.as, N_ ("Who judges: pledge, registrar or masa"), N_ ("ROLE") },
    { "anchor", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self.anchor_files,
      N_ ("The manufacturer’s CAs, in PEM; may be given again"), N_ ("FILE") },
    { "serial", 0, 0, G_OPTION_ARG_STRING, &self.serial, N_ ("The device’s serial number"), N_ ("TEXT") },
    { "nonce", 0, 0, G_OPTION_ARG_STRING, &self.nonce, N_ ("The nonce that the device sent"), N_ ("TEXT") },
    { "idevid", 0, 0, G_OPTION_ARG_FILENAME, &self.idevid_file,
      N_ ("The device’s certificate, its own first, in PEM"), N_ ("FILE") },
    { "registrar-cert", 0, 0, G_OPTION_ARG_FILENAME, &self.registrar_file,
      N_ ("The registrar’s TLS certificates, its own first, in PEM"), N_ ("FILE") },
    { "at", 0, 0, G_OPTION_ARG_STRING, &self.at, N_ ("Judge as at this time, not now"), N_ ("TIME") },
    { "nonce-required", 0, 0, G_OPTION_ARG_NONE, &self.nonce_required,
      N_ ("Refuse a voucher without a nonce"), NULL },
    { "no-clock", 0, 0, G_OPTION_ARG_NONE, &self.no_clock, N_ ("Look at no dates"), NULL },
    { "verified-only", 0, 0, G_OPTION_ARG_NONE, &self.verified_only,
      N_ ("Refuse any assertion but “verified”"), NULL },
    { "revocation-checked", 0, 0, G_OPTION_ARG_NONE, &self.revocation_checked,
      N_ ("Revocation of the domain’s certificates is checked elsewhere"), NULL },
    { "idevid-may-end", 0, 0, G_OPTION_ARG_NONE, &self.idevid_may_end,
      N_ ("Take a device’s certificate that has run out"), NULL },
    { "compat", 0, 0, G_OPTION_ARG_NONE, &self.compat,
      N_ ("Take what older software gets wrong, and PEM and base64 files"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse (
          "voucher", _ ("show|verify FILE"),
          _ ("Tell what is in a voucher or a voucher request, or judge it as a device, a registrar "
             "or a manufacturer does."),
          entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;

  return run (&self, argc, argv);
}
