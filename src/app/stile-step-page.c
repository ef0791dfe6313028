/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-step-page.h"

/**
 * StileStepPage:
 *
 * What the walk shows of one step.  The page of the walk calls stile_step_page_show() whenever something about the
 * step has changed, so that a page keeps no state of its own but what a person types.
 */
G_DEFINE_INTERFACE (StileStepPage, stile_step_page, GTK_TYPE_WIDGET)

static void
stile_step_page_default_init (StileStepPageInterface *iface)
{
}

/**
 * stile_step_page_show:
 * @job: whose step to show, in whatever state it is
 */
void
stile_step_page_show (StileStepPage *self, StileBootstrap *job)
{
  STILE_STEP_PAGE_GET_IFACE (self)->show (self, job);
}
