# Reference values for time to an event with censoring: Harrell's C (survival::concordance), cumulative/dynamic area (timeROC,
# marginal weights); with equal times by hand, weighted by survival::survfit of the censoring after events.
# Run in this folder: Rscript validity_times.R > validity_times.json
suppressPackageStartupMessages({library(survival); library(timeROC); library(jsonlite)})
script <- "validity_times.R"; used <- c("survival", "timeROC", "pec", "carData")
set.seed(21)
n <- 250
score <- pmin(pmax(round(5 + 2 * rnorm(n)), 0), 10)
failure <- rexp(n, exp(-3 + .25 * score)); seen <- runif(n, .5, 12)
time <- round(pmin(failure, seen), 9); event <- as.numeric(failure <= seen); stopifnot(!anyDuplicated(time))
weeks <- ceiling(time)   # the same with many equal times
harrell <- function(time, event) { h <- concordance(Surv(time, event) ~ score, reverse = TRUE)
  list(value = h$concordance[[1]], se = sqrt(h$var), low = h$concordance[[1]] - qnorm(.975) * sqrt(h$var), high = h$concordance[[1]] + qnorm(.975) * sqrt(h$var)) }
horizons <- c(1, 2.5, 5, 8)
roc <- timeROC(time, event, score, cause = 1, times = horizons, iid = TRUE)
# equal times: G just before t, events first: time of censorings moved a little later
g <- survfit(Surv(weeks + ifelse(event == 0, .5, 0), 1 - event) ~ 1)
G <- sapply(weeks, function(t) summary(g, times = t - .1, extend = TRUE)$surv)
tied <- sapply(horizons + .25, function(h) {
  i <- which(event == 1 & weeks <= h); j <- which(weeks > h)
  psi <- outer(score[i], score[j], function(a, b) (a > b) + .5 * (a == b)); w <- 1 / G[i]; sum(w * rowMeans(psi)) / sum(w) })
# real data: the Cox model of Fox & Weisberg on carData::Rossi
rossi <- carData::Rossi
rossi$black <- as.numeric(rossi$race == "black"); rossi$worked <- as.numeric(rossi$wexp == "yes"); rossi$unwed <- as.numeric(rossi$mar == "not married")
rossi$aid <- as.numeric(rossi$fin == "yes"); rossi$parole <- as.numeric(rossi$paro == "yes")
cox <- coxph(Surv(week, arrest) ~ aid + age + black + worked + unwed + parole + prio, rossi)
whole <- concordance(cox)
lp <- as.numeric(as.matrix(rossi[names(coef(cox))]) %*% coef(cox))
area26 <- pROC::auc(pROC::roc(as.numeric(rossi$week <= 26 & rossi$arrest == 1), lp, levels = c(0, 1), direction = "<", quiet = TRUE))
out <- list(
  rossi = list(coefficients = as.list(coef(cox)), c = whole$concordance[[1]], se = sqrt(whole$var[[1]]), area26 = as.numeric(area26)),
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  score = score, time = time, weeks = weeks, event = event, harrell = harrell(time, event), harrell_weeks = harrell(weeks, event),
  horizons = horizons, area = as.numeric(roc$AUC), se = as.numeric(roc$inference$vect_sd_1), tied = tied)
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
