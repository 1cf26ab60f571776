# Reference values for limits of agreement: the noncentral t of R (Carkeet 2015), t.test and lm.
# Run in this folder: Rscript bland_altman.R > bland_altman.json
# pefr are the 17 first readings of Bland & Altman (1986): they print a mean difference of -2.1 and an SD of 38.8 l/min.
suppressPackageStartupMessages(library(jsonlite))
script <- "bland_altman.R"; used <- "stats"

case <- function(x, y, within = .95, confidence = .95) {
  all <- data.frame(x = x, y = y); d <- all[complete.cases(all), ]; d <- data.frame(first = d$x, second = d$y)
  away <- d$first - d$second; n <- length(away); s <- sd(away); tails <- c((1 - confidence) / 2, (1 + confidence) / 2)
  test <- t.test(d$first, d$second, paired = TRUE, conf.level = confidence)
  z <- qnorm((1 + within) / 2); k <- qt(tails, n - 1, z * sqrt(n)) / sqrt(n)
  chi <- sqrt((n - 1) / qchisq(rev(tails), n - 1)) * s
  fit <- lm(I(first - second) ~ I((first + second) / 2), d); slope <- unname(coef(summary(fit))[2, 1:2])
  ci <- unname(confint(fit, 2, level = confidence)[1, ])
  list(x = x, y = y, within = within, confidence = confidence, n = n,
    bias = list(value = mean(away), low = test$conf.int[1], high = test$conf.int[2], se = s / sqrt(n)),
    sd_of_differences = list(value = s, low = chi[1], high = chi[2]),
    limit_of_agreement_low = list(value = mean(away) - z * s, low = mean(away) - k[2] * s, high = mean(away) - k[1] * s),
    limit_of_agreement_high = list(value = mean(away) + z * s, low = mean(away) + k[1] * s, high = mean(away) + k[2] * s),
    proportional_bias = list(value = slope[1], se = slope[2], low = ci[1], high = ci[2]))
}
wright <- c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
mini <- c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
set.seed(9)
first <- sample(0:27, 60, replace = TRUE); second <- pmin(27, pmax(0, first + sample(-3:4, 60, replace = TRUE)))
first[5] <- NA; second[c(7, 9)] <- NA
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  pefr = case(wright, mini), points = case(first, second), narrow = case(first, second, .8, .9))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
