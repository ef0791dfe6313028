/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-walk.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-installation-result.h"
#include "cli/stile-cli-trust-work.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-hex.h"

#define INDENT "       "

/**
 * StileCliWalk:
 *
 * Tells on standard output how a walk goes, step by step, and while somebody is waited for.  "stilectl bootstrap" holds it.
 */
struct _StileCliWalk
{
  GObject parent_instance;

  StileBootstrap *job;
  char *words;    /* that were printed for whoever waits, or NULL */
  gboolean ticks; /* a line with the seconds that are left is open */
  guint tick;
};

G_DEFINE_FINAL_TYPE (StileCliWalk, stile_cli_walk, G_TYPE_OBJECT)

static void
stile_cli_walk_dispose (GObject *object)
{
  StileCliWalk *self = STILE_CLI_WALK (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_object (&self->job);
  g_clear_pointer (&self->words, g_free);

  G_OBJECT_CLASS (stile_cli_walk_parent_class)->dispose (object);
}

static void
stile_cli_walk_class_init (StileCliWalkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_cli_walk_dispose;
}

static void
stile_cli_walk_init (StileCliWalk *self)
{
}

/* --- what a step has found --- */

static void print_found (const char *format, const char *value) G_GNUC_PRINTF (1, 0);

/* @format is a sentence with room for @value. */
static void
print_found (const char *format, const char *value)
{
  g_autofree char *sentence = g_strdup_printf (format, value);

  g_print ("%s%s\n", INDENT, sentence);
}

static const char *
get_root_format (StileBootstrap *job, StileCertificate *root)
{
  if (root != stile_bootstrap_get_inspecting_root (job))
    return _ ("%s, valid from %s to %s");

  return stile_bootstrap_is_intercepted (job)
             ? _ ("%s, valid from %s to %s, signs what intercepts")
             : _ ("%s, valid from %s to %s, signs the certificate of the connection");
}

static void
print_roots (StileBootstrap *job)
{
  GPtrArray *roots = stile_bootstrap_get_roots (job);

  for (guint i = 0; i < roots->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (roots, i);
      g_autofree char *fingerprint = stile_hex_group (stile_certificate_get_fingerprint (root), 4);
      g_autofree char *from = g_date_time_format (stile_certificate_get_not_before (root), "%F");
      g_autofree char *until = g_date_time_format (stile_certificate_get_not_after (root), "%F");

      g_print ("%s", INDENT);
      g_print (get_root_format (job, root), stile_certificate_get_name (root), from, until);
      g_print ("\n%sSHA-256 %s\n", INDENT, fingerprint);
    }
}

/* What is as it should be needs no words; what was passed over or refused does. */
static void
print_checks (StileChecks *checks)
{
  for (guint i = 0; i < stile_checks_get_n (checks); i++)
    {
      StileCheckResult result = stile_checks_get_result (checks, i);
      const char *sentence = stile_checks_get_sentence (checks, i);
      g_autofree char *shown = stile_certificate_text_make_presentable (sentence, strlen (sentence));

      if (result == STILE_CHECK_NOTED || result == STILE_CHECK_REFUSED)
        g_print ("     ! %s %s: %s\n", stile_checks_get_id (checks, i), stile_checks_get_result_name (result),
                 shown);
    }
}

static void
print_voucher (StileBootstrap *job)
{
  StilePledge *pledge = stile_bootstrap_get_pledge (job);

  if (pledge == NULL)
    return;

  if (stile_pledge_get_registrar (pledge) != NULL)
    print_found (_ ("Registrar: %s"), stile_pledge_get_registrar (pledge));
  print_checks (stile_pledge_get_checks (pledge));
}

static void
print_installation (StileBootstrap *job)
{
  GPtrArray *results = stile_bootstrap_get_installation (job);

  for (guint i = 0; results != NULL && i < results->len; i++)
    {
      StileInstallationResult *result = g_ptr_array_index (results, i);
      StileTrustStore *store = stile_installation_result_get_store (result);

      const char *location = stile_trust_store_get_location (store);

      g_print ("       %s%s%s\n", stile_trust_store_get_name (store), location != NULL ? ": " : "",
               location != NULL ? location : "");
      stile_cli_trust_work_print_programs (result, INDENT);
    }
}

static void
print_enrolment (StileBootstrap *job)
{
  StileEnrolment *enrolment = stile_bootstrap_get_enrolment (job);
  StileEnrolmentNote *note = stile_enrolment_get_note (enrolment);
  StileCertificate *certificate = g_ptr_array_index (stile_enrolment_get_chain (enrolment), 0);
  g_autofree char *key = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_KEY);
  g_autofree char *path = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_CERTIFICATE);

  print_found (_ ("Subject: %s"), stile_certificate_get_subject (certificate));
  if (key != NULL)
    print_found (_ ("Key: %s"), key);
  if (path != NULL)
    print_found (_ ("Certificate: %s"), path);
  print_checks (stile_enrolment_get_checks (enrolment));
}

static void
print_evidence (StileBootstrap *job, StileBootstrapStep step)
{
  switch (step)
    {
    case STILE_BOOTSTRAP_VOUCHER:
      print_voucher (job);
      break;
    case STILE_BOOTSTRAP_ROOTS:
      print_roots (job);
      break;
    case STILE_BOOTSTRAP_INSTALL:
      print_installation (job);
      break;
    case STILE_BOOTSTRAP_ENROL:
      print_enrolment (job);
      break;
    case STILE_BOOTSTRAP_SERVICE:
    case STILE_BOOTSTRAP_PATH:
    case STILE_BOOTSTRAP_SESSION:
    case STILE_BOOTSTRAP_DONE:
    default:
      break;
    }
}

static void
print_title (StileBootstrapStep step)
{
  g_print ("%u/%u  %s\n", step + 1, STILE_BOOTSTRAP_N_STEPS, stile_bootstrap_words_get_title (step));
}

/* Whoever waited has read it already. */
static void
print_title_once (StileCliWalk *self, StileBootstrapStep step)
{
  if (step != STILE_BOOTSTRAP_VOUCHER || self->words == NULL)
    print_title (step);
}

static void
print_step (StileCliWalk *self, StileBootstrapStep step)
{
  StileBootstrap *job = self->job;
  g_autofree char *sentence = stile_bootstrap_get_sentence (job, step);
  g_autofree char *warning = stile_bootstrap_get_warning (job, step);

  print_title_once (self, step);
  g_print (INDENT "%s\n", sentence);
  if (warning != NULL && step != STILE_BOOTSTRAP_INSTALL)
    g_print ("     ! %s\n", warning);
  if (stile_bootstrap_get_state (job, step) == STILE_BOOTSTRAP_COMPLETE)
    print_evidence (job, step);
}

/* The error itself is told at the end, on standard error. */
static void
print_failure (StileCliWalk *self, StileBootstrapStep step)
{
  if (step != STILE_BOOTSTRAP_VOUCHER && step != STILE_BOOTSTRAP_INSTALL)
    return;

  print_title_once (self, step);
  print_evidence (self->job, step);
}

/* --- while somebody is waited for --- */

static void
end_ticking (StileCliWalk *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->ticks)
    g_print ("\n");
  self->ticks = FALSE;
}

static gboolean
tick_cb (gpointer user_data)
{
  StileCliWalk *self = user_data;
  StilePledge *pledge = stile_bootstrap_get_pledge (self->job);
  gint64 left = stile_pledge_get_waiting_until (pledge) - g_get_real_time ();

  self->ticks = TRUE;
  g_print ("\r       ");
  g_print (_ ("Asking again in %u s. Ctrl+C ends the walk. "), (guint)(MAX (left, 0) / G_USEC_PER_SEC));
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

/* On a terminal the seconds are counted; a file gets what is said, once. */
static void
print_waiting (StileCliWalk *self)
{
  g_autofree char *sentence = stile_bootstrap_get_sentence (self->job, STILE_BOOTSTRAP_VOUCHER);

  if (g_strcmp0 (sentence, self->words) != 0)
    {
      end_ticking (self);
      print_title_once (self, STILE_BOOTSTRAP_VOUCHER);
      g_print (INDENT "%s\n", sentence);
      fflush (stdout);
      g_free (self->words);
      self->words = g_steal_pointer (&sentence);
    }
  if (self->tick != 0 || isatty (STDOUT_FILENO) == 0)
    return;

  tick_cb (self);
  self->tick = g_timeout_add_seconds (1, tick_cb, self);
}

static gboolean
is_waiting (StileBootstrap *job)
{
  StilePledge *pledge = stile_bootstrap_get_pledge (job);

  return pledge != NULL && stile_pledge_get_waiting_until (pledge) != 0;
}

static void
changed_cb (StileBootstrap *job, guint number, StileCliWalk *self)
{
  StileBootstrapStep step = (StileBootstrapStep)number;
  StileBootstrapState state = stile_bootstrap_get_state (job, step);

  if (step == STILE_BOOTSTRAP_VOUCHER && state == STILE_BOOTSTRAP_RUNNING && is_waiting (job))
    {
      print_waiting (self);
      return;
    }

  end_ticking (self);
  if (state == STILE_BOOTSTRAP_COMPLETE || state == STILE_BOOTSTRAP_SKIPPED)
    print_step (self, step);
  else if (state == STILE_BOOTSTRAP_FAILED)
    print_failure (self, step);
}

/**
 * stile_cli_walk_new:
 * @job: has not begun
 *
 * Returns: (transfer full): tells of it as long as it is held
 */
StileCliWalk *
stile_cli_walk_new (StileBootstrap *job)
{
  StileCliWalk *self = g_object_new (STILE_TYPE_CLI_WALK, NULL);

  self->job = g_object_ref (job);
  g_signal_connect_object (job, "changed", G_CALLBACK (changed_cb), self, 0);

  return self;
}
