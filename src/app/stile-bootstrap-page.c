/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-bootstrap-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-done-page.h"
#include "app/stile-enrol-page.h"
#include "app/stile-focus.h"
#include "app/stile-help-topic.h"
#include "app/stile-install-page.h"
#include "app/stile-path-page.h"
#include "app/stile-problem-box.h"
#include "app/stile-roots-page.h"
#include "app/stile-service-page.h"
#include "app/stile-session-page.h"
#include "app/stile-step-line.h"
#include "app/stile-step-page.h"
#include "app/stile-text.h"
#include "app/stile-voucher-page.h"
#include "app/stile-walk-actions.h"
#include "app/stile-walk-file.h"
#include "bootstrap/stile-bootstrap-words.h"

/**
 * StileBootstrapPage:
 *
 * The walk for this computer.  It shows one step of the job, and hands on what a person wants: on, back, again, stop.
 * The window makes the job; the page holds it, and cancels what runs when it goes.
 */
struct _StileBootstrapPage
{
  GtkWidget parent_instance;

  StileBootstrap *job;
  GCancellable *cancellable; /* of what runs, or of a chooser */
  StileBootstrapStep shown;

  GtkWidget *content;
  StileStepLine *step_line;
  GtkLabel *title;
  GtkSpinner *spinner;
  GtkLabel *sentence;
  StileProblemBox *warning;
  StileProblemBox *problem;
  GtkStack *steps;
  GtkScrolledWindow *scroller;
  StileServicePage *service_page;
  StileInstallPage *install_page;
  StileWalkActions *actions;
};

G_DEFINE_FINAL_TYPE (StileBootstrapPage, stile_bootstrap_page, GTK_TYPE_WIDGET)

enum
{
  PROFILE_ACCEPTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- what is shown --- */

/* A store belongs to one thread at a time: while the page looks at them, nothing is installed or taken back. */
static void
show_actions (StileBootstrapPage *self)
{
  gboolean busy = stile_install_page_is_busy (self->install_page);
  gboolean focused = stile_focus_get_within (GTK_WIDGET (self->actions)) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "walk.undo",
                                 !busy && !stile_bootstrap_is_running (self->job));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "walk.forward",
                                 !busy || self->shown != STILE_BOOTSTRAP_INSTALL);
  stile_walk_actions_show (self->actions, self->job, self->shown);
  if (focused)
    stile_walk_actions_take_focus (self->actions);
}

static gboolean
is_waiting (StileBootstrapPage *self)
{
  StilePledge *pledge = stile_bootstrap_get_pledge (self->job);

  return self->shown == STILE_BOOTSTRAP_VOUCHER && stile_bootstrap_is_running (self->job) && pledge != NULL &&
         stile_pledge_get_waiting_until (pledge) != 0;
}

static void
show_words (StileBootstrapPage *self)
{
  StileBootstrapState state = stile_bootstrap_get_state (self->job, self->shown);
  g_autofree char *sentence = stile_bootstrap_get_sentence (self->job, self->shown);
  g_autofree char *warning = stile_bootstrap_get_warning (self->job, self->shown);
  gboolean failed = state == STILE_BOOTSTRAP_FAILED;
  gboolean doubtful = warning != NULL && self->shown != STILE_BOOTSTRAP_PATH;
  gboolean told = failed || is_waiting (self); /* by the problem's box, or by the page itself */

  gtk_label_set_text (self->title, stile_bootstrap_words_get_title (self->shown));
  gtk_label_set_text (self->sentence, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), !told || self->shown == STILE_BOOTSTRAP_SERVICE);
  gtk_spinner_set_spinning (self->spinner, state == STILE_BOOTSTRAP_RUNNING);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), state == STILE_BOOTSTRAP_RUNNING);
  stile_problem_box_set_warning (self->warning, warning, doubtful);
  /* Nobody is led to trust what is to be doubted. */
  stile_walk_actions_set_doubtful (self->actions, doubtful);
  stile_problem_box_set_error (self->problem, stile_bootstrap_get_error (self->job, self->shown));
}

/* What the focus goes to says where the walk is, and what came of it. */
static void
tell (StileBootstrapPage *self)
{
  const GError *error = stile_bootstrap_get_error (self->job, self->shown);
  g_autofree char *sentence = stile_bootstrap_get_sentence (self->job, self->shown);
  g_autofree char *warning = stile_bootstrap_get_warning (self->job, self->shown);
  g_autoptr (GString) text = g_string_new (stile_step_line_get_text (self->step_line));

  g_string_append_printf (text, "\n%s", error != NULL ? error->message : sentence);
  if (warning != NULL)
    g_string_append_printf (text, "\n%s", warning);
  stile_walk_actions_tell (self->actions, text->str);
}

/* The others are hidden one by one too: GTK 4.8 reads out all pages of a stack, seen or not. */
static void
show_page (StileBootstrapPage *self, GtkWidget *page)
{
  gtk_widget_set_visible (page, TRUE);
  gtk_stack_set_visible_child (self->steps, page);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->steps)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_visible (child, child == page);
}

/* What somebody can change there, a run has read already. */
static gboolean
is_open (StileBootstrapPage *self)
{
  return !stile_bootstrap_is_running (self->job) ||
         (self->shown != STILE_BOOTSTRAP_SERVICE && self->shown != STILE_BOOTSTRAP_INSTALL &&
          self->shown != STILE_BOOTSTRAP_ENROL);
}

static void
show_step (StileBootstrapPage *self)
{
  const char *name = stile_bootstrap_words_get_name (self->shown);
  GtkWidget *page = gtk_stack_get_child_by_name (self->steps, name);
  gboolean within = stile_focus_get_within (GTK_WIDGET (self->steps)) != NULL;

  stile_step_line_show (self->step_line, self->job, self->shown);
  show_words (self);
  stile_step_page_show (STILE_STEP_PAGE (page), self->job);
  gtk_widget_set_sensitive (page, is_open (self));
  show_page (self, page);
  show_actions (self);
  tell (self);
  /* What had it may be gone with its page, or rest while something runs. */
  if (within && stile_focus_is_lost (GTK_WIDGET (self)))
    stile_walk_actions_take_focus (self->actions);
}

static void
open_step (StileBootstrapPage *self, StileBootstrapStep step)
{
  static const char *const topics[STILE_BOOTSTRAP_N_STEPS] = {
    [STILE_BOOTSTRAP_SERVICE] = "bootstrap#service",
    [STILE_BOOTSTRAP_PATH] = "bootstrap#path",
    [STILE_BOOTSTRAP_SESSION] = "bootstrap#secure-session",
    [STILE_BOOTSTRAP_VOUCHER] = "bootstrap#voucher",
    [STILE_BOOTSTRAP_ROOTS] = "bootstrap#domain-ca-roots",
    [STILE_BOOTSTRAP_INSTALL] = "bootstrap#install",
    [STILE_BOOTSTRAP_ENROL] = "bootstrap#enrol",
    [STILE_BOOTSTRAP_DONE] = "bootstrap#done",
  };

  if (self->shown != step)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  self->shown = step;
  stile_help_topic_set (GTK_WIDGET (self), topics[step]);
  show_step (self);
}

static void
job_changed (StileBootstrap *job, guint step, StileBootstrapPage *self)
{
  if (stile_bootstrap_get_state (job, (StileBootstrapStep)step) == STILE_BOOTSTRAP_RUNNING)
    open_step (self, (StileBootstrapStep)step);
  else
    show_step (self);

  if (step == STILE_BOOTSTRAP_SERVICE &&
      stile_bootstrap_get_state (job, STILE_BOOTSTRAP_SERVICE) == STILE_BOOTSTRAP_COMPLETE)
    g_signal_emit (self, signals[PROFILE_ACCEPTED], 0);
}

/* What was found with other settings is not true of these. */
static void
profile_changed (StileProfile *profile, GParamSpec *spec, StileBootstrapPage *self)
{
  gboolean enrols = g_str_equal (spec->name, "new-key") || g_str_equal (spec->name, "enrol");
  StileBootstrapStep first = enrols ? STILE_BOOTSTRAP_ENROL : STILE_BOOTSTRAP_SERVICE;

  if (!stile_bootstrap_is_running (self->job) &&
      stile_bootstrap_get_state (self->job, first) != STILE_BOOTSTRAP_WAITING)
    stile_bootstrap_go_back (self->job, first);
}

static void
step_chosen (StileStepLine *line, guint step, StileBootstrapPage *self)
{
  open_step (self, (StileBootstrapStep)step);
}

/* --- what a person wants --- */

static GCancellable *
renew_cancellable (StileBootstrapPage *self)
{
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();

  return self->cancellable;
}

static void
run_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  StileBootstrapPage *self = user_data;
  gboolean done = stile_bootstrap_run_finish (STILE_BOOTSTRAP (object), result, &error);

  /* Cancelled: the page may be gone, and the job has already told that it waits. */
  if (!done && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  show_step (self);
}

static void
run (StileBootstrapPage *self, StileBootstrapStep until)
{
  stile_bootstrap_run_async (self->job, until, renew_cancellable (self), run_done, self);
}

static gboolean
will_enrol (StileBootstrapPage *self)
{
  StileEnrolChoice choice = stile_profile_get_enrol (stile_bootstrap_get_profile (self->job));

  return choice == STILE_ENROL_ALWAYS ||
         (choice == STILE_ENROL_AUTO && stile_bootstrap_get_pledge (self->job) != NULL);
}

/* Where to install, and where a key shall live, is asked before anything is written. */
static gboolean
asks_first (StileBootstrapPage *self, StileBootstrapStep step)
{
  return self->shown != step &&
         (step == STILE_BOOTSTRAP_INSTALL || (step == STILE_BOOTSTRAP_ENROL && will_enrol (self)));
}

static void
go_on (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (widget);
  gboolean passed = stile_bootstrap_is_passed (self->job, self->shown);
  StileBootstrapStep next = self->shown + (passed ? 1 : 0);

  if (stile_bootstrap_is_running (self->job) || next > STILE_BOOTSTRAP_DONE)
    return;

  if (self->shown == STILE_BOOTSTRAP_SERVICE && !passed)
    run (self, STILE_BOOTSTRAP_PATH);
  else if (stile_bootstrap_is_passed (self->job, next) || asks_first (self, next))
    open_step (self, next);
  else
    run (self, next);
}

static void
skip (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (widget);

  if (!stile_bootstrap_can_skip (self->job, self->shown))
    return;

  stile_bootstrap_skip (self->job, self->shown);
  run (self, self->shown + 1);
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (widget);

  if (!stile_bootstrap_is_running (self->job) && self->shown > STILE_BOOTSTRAP_SERVICE)
    open_step (self, self->shown - 1);
}

static void
cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (widget);

  if (stile_bootstrap_is_running (self->job))
    g_cancellable_cancel (self->cancellable);
}

static void
start_again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (widget);

  if (stile_bootstrap_is_running (self->job))
    return;

  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_SERVICE);
  open_step (self, STILE_BOOTSTRAP_SERVICE);
}

static void
say (StileBootstrapPage *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", text);
}

static void
undone (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileBootstrapPage) self = user_data;
  gboolean done = stile_bootstrap_undo_finish (STILE_BOOTSTRAP (object), result, &error);

  /* The page is gone, or shows another walk. */
  if (self->job != STILE_BOOTSTRAP (object))
    return;

  if (done)
    open_step (self, STILE_BOOTSTRAP_INSTALL);
  else
    show_step (self);
  if (done || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, done ? _ ("Taken back") : error->message);
}

static void
undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (widget);

  if (stile_bootstrap_is_running (self->job))
    return;

  stile_bootstrap_undo_async (self->job, renew_cancellable (self), undone, g_object_ref (self));
  show_step (self);
}

/* --- files of it --- */

static void
file_saved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = stile_walk_file_save_finish (GTK_WIDGET (object), result, &error);

  if (done || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (user_data, done ? _ ("Saved") : error->message);
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (widget);
  StileWalkFile what =
      g_str_equal (action, "walk.save-report") ? STILE_WALK_FILE_REPORT : STILE_WALK_FILE_TRACE;

  if (!stile_bootstrap_is_running (self->job))
    stile_walk_file_save_async (widget, self->job, what, renew_cancellable (self), file_saved, self);
}

/* --- the object --- */

static void
forget_job (StileBootstrapPage *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->job == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->job, self);
  g_signal_handlers_disconnect_by_data (stile_bootstrap_get_profile (self->job), self);
  g_clear_object (&self->job);
}

static void
stile_bootstrap_page_dispose (GObject *object)
{
  StileBootstrapPage *self = STILE_BOOTSTRAP_PAGE (object);

  forget_job (self);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_bootstrap_page_parent_class)->dispose (object);
}

static void
ensure_types (void)
{
  g_type_ensure (STILE_TYPE_STEP_LINE);
  g_type_ensure (STILE_TYPE_PROBLEM_BOX);
  g_type_ensure (STILE_TYPE_SERVICE_PAGE);
  g_type_ensure (STILE_TYPE_PATH_PAGE);
  g_type_ensure (STILE_TYPE_SESSION_PAGE);
  g_type_ensure (STILE_TYPE_ROOTS_PAGE);
  g_type_ensure (STILE_TYPE_INSTALL_PAGE);
  g_type_ensure (STILE_TYPE_VOUCHER_PAGE);
  g_type_ensure (STILE_TYPE_ENROL_PAGE);
  g_type_ensure (STILE_TYPE_DONE_PAGE);
  g_type_ensure (STILE_TYPE_WALK_ACTIONS);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-bootstrap-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, content);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, step_line);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, title);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, sentence);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, warning);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, problem);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, steps);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, service_page);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, install_page);
  gtk_widget_class_bind_template_child (widget_class, StileBootstrapPage, actions);
  gtk_widget_class_bind_template_callback (widget_class, step_chosen);
}

static void
stile_bootstrap_page_class_init (StileBootstrapPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_bootstrap_page_dispose;
  signals[PROFILE_ACCEPTED] = g_signal_new ("profile-accepted", STILE_TYPE_BOOTSTRAP_PAGE, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  ensure_types ();
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "walk.forward", NULL, go_on);
  gtk_widget_class_install_action (widget_class, "walk.back", NULL, go_back);
  gtk_widget_class_install_action (widget_class, "walk.skip", NULL, skip);
  gtk_widget_class_install_action (widget_class, "walk.cancel", NULL, cancel);
  gtk_widget_class_install_action (widget_class, "walk.start-again", NULL, start_again);
  gtk_widget_class_install_action (widget_class, "walk.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "walk.save-report", NULL, save);
  gtk_widget_class_install_action (widget_class, "walk.save-trace", NULL, save);
}

static void
install_page_busy (StileBootstrapPage *self)
{
  if (self->job != NULL)
    show_actions (self);
}

static void
stile_bootstrap_page_init (StileBootstrapPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_text_let_wrap (GTK_WIDGET (self));
  g_signal_connect_object (self->install_page, "notify::busy", G_CALLBACK (install_page_busy), self,
                           G_CONNECT_SWAPPED);
}

/**
 * stile_bootstrap_page_set_job:
 * @job: the walk to show from its first step; what ran before is cancelled
 */
void
stile_bootstrap_page_set_job (StileBootstrapPage *self, StileBootstrap *job)
{
  forget_job (self);
  self->job = g_object_ref (job);
  g_signal_connect_object (job, "changed", G_CALLBACK (job_changed), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (stile_bootstrap_get_profile (job), "notify", G_CALLBACK (profile_changed), self,
                           G_CONNECT_DEFAULT);
  open_step (self, STILE_BOOTSTRAP_SERVICE);
}

StileBootstrap *
stile_bootstrap_page_get_job (StileBootstrapPage *self)
{
  return self->job;
}

StileBootstrapStep
stile_bootstrap_page_get_shown (StileBootstrapPage *self)
{
  return self->shown;
}

/**
 * stile_bootstrap_page_set_profiles:
 *
 * As stile_service_page_set_profiles(), for its first step.
 */
void
stile_bootstrap_page_set_profiles (StileBootstrapPage *self,
                                   StileSettings *settings,
                                   StileProfileStore *store)
{
  stile_service_page_set_profiles (self->service_page, settings, store);
}

/**
 * stile_bootstrap_page_set_places_note:
 * @note: (nullable): what somebody should know of the places where roots can be installed
 */
void
stile_bootstrap_page_set_places_note (StileBootstrapPage *self, const char *note)
{
  stile_install_page_set_note (self->install_page, note);
}
