# Reference values for time to an event: Aalen-Johansen, differences on pseudo-observations, Cox, proportional hazards.
# Run in this folder: Rscript effects_times.R > effects_times.json
suppressPackageStartupMessages({library(survival); library(clubSandwich); library(jsonlite)})
script <- "effects_times.R"

set.seed(1972)
n <- 300; G <- 45; horizon <- 365
data <- data.frame(cluster = sample(G, n, replace = TRUE), treated = rbinom(n, 1, .5), age = round(rnorm(n, 35, 9)))
alike <- rnorm(G, 0, .3)[data$cluster]
event <- rexp(n, .002 * exp(-.5 * data$treated - .02 * (data$age - 35) + alike)); gone <- rexp(n, .0006)
lost <- runif(n, 150, 700)
data$time <- ceiling(pmin(event, gone, lost) / 10) * 10           # tens of days: many ties
data$cause <- ifelse(event <= pmin(gone, lost), 1, ifelse(gone <= lost, 2, 0))
data$id <- seq_len(n)

state <- factor(data$cause, 0:2, c("none", "event", "gone"))
curve <- survfit(Surv(time, state) ~ treated, data, id = id, robust = TRUE)
by_day <- function(day) {
  s <- summary(curve, times = day)
  list(event = s$pstate[, 2], gone = s$pstate[, 3], se = s$std.err[, 2])       # comparison first
}
p <- pseudo(curve, times = horizon, type = "pstate")[, "event"]
days <- pseudo(curve, times = horizon, type = "sojourn")[, "event"]
cr2 <- function(model, type) {
  cluster <- if (type == "CR2") data$cluster else data$id
  test <- coef_test(model, vcov = vcovCR(model, cluster = cluster, type = "CR2"), test = "Satterthwaite")[2, ]
  half <- qt(.975, test$df_Satt) * test$SE
  list(value = test$beta, se = test$SE, low = test$beta - half, high = test$beta + half)
}
centred <- data$age - mean(data$age)
differences <- function(type) list(
  risk_difference = cr2(lm(p ~ treated, data), type),
  risk_difference_adjusted = cr2(lm(p ~ treated * centred, data), type),
  restricted_mean_difference = cr2(lm(-days ~ treated, data), type))

model <- coxph(Surv(time, cause == 1) ~ treated + age, data)
robust <- coxph(Surv(time, cause == 1) ~ treated + age, data, cluster = cluster)
zph <- function(m) unname(cox.zph(m, terms = FALSE, global = FALSE)$table[, "p"])
rossi <- coxph(Surv(week, arrest) ~ (fin == "yes") + age + (race != "black") + (wexp == "yes") + (mar != "married") +
  (paro == "yes") + prio, read.csv("../../../shared/data/rossi-recidivism/rossi.csv"))

out <- list(
  R = R.version.string,
  packages = lapply(c(survival = "survival", clubSandwich = "clubSandwich"), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data, horizon = horizon,
  incidence = list("180" = by_day(180), "365" = by_day(365)),
  clustered = differences("CR2"), alone = differences("HC2"),
  cox = list(beta = unname(coef(model)), se = unname(sqrt(diag(vcov(model)))), robust = unname(sqrt(diag(robust$var))),
             proportional = zph(model)),
  rossi = list(beta = unname(coef(rossi)), se = unname(sqrt(diag(vcov(rossi)))), proportional = zph(rossi)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), pretty = FALSE, na = "string"))
