# Outcomes that are known of some only: bounds by trying every filling-in of the unknown (Manski), Begg & Greenes (1983) and other
# odds by hand; follow-up: difference of shares by method 10 of Newcombe (1998), with Wilson's intervals of prop.test.
# The liver scans of Begg & Greenes (1983), 344 verified and 306 not; their correction gives .84 and .74.
# Run in this folder: Rscript validity_selection.R > validity_selection.json
suppressPackageStartupMessages(library(jsonlite))
script <- "validity_selection.R"; used <- "stats"
set.seed(41)
n <- 150
score <- sample(0:6, n, TRUE); y <- rbinom(n, 1, plogis(-2 + .5 * score)); y[runif(n) < plogis(1.5 - .5 * score)] <- NA
shares <- function(h, f, m, t) c(base_rate = (h + m) / (h + f + m + t), sensitivity = h / (h + m), specificity = t / (t + f), ppv = h / (h + f), npv = t / (t + m))
cells <- function(pos, y) c(sum(pos & y %in% 1), sum(pos & y %in% 0), sum(!pos & y %in% 1), sum(!pos & y %in% 0))
k <- cells(score >= 4, y); u <- c(sum(score >= 4 & is.na(y)), sum(score < 4 & is.na(y)))
fill <- function(k, u, a, b) shares(k[1] + a, k[2] + u[1] - a, k[3] + b, k[4] + u[2] - b)
every <- do.call(cbind, lapply(0:u[1], function(a) sapply(0:u[2], function(b) fill(k, u, a, b))))
tilt <- function(k, u, t) { p <- c(k[1] / (k[1] + k[2]), k[3] / (k[3] + k[4])); o <- t * p / (1 - p); q <- o / (1 + o); fill(k, u, u[1] * q[1], u[2] * q[2]) }
liver <- c(231, 32, 27, 54); unseen <- c(166, 140)
day <- as.Date("2022-01-01") + sample(0:700, n, TRUE); again <- rbinom(n, 1, ifelse(day <= as.Date("2023-06-30") - 180, .4, .15))
whole <- day <= as.Date("2023-06-30") - 180
w <- function(x) { x <- table(factor(x, 0:1)); c(x[[2]] / sum(x), suppressWarnings(prop.test(x[[2]], sum(x), correct = FALSE))$conf.int) }
a <- w(again[whole]); b <- w(again[!whole]); z <- w(as.numeric(whole))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  score = score, outcome = y, known = c(positive = sum(k[1:2]) / (sum(k[1:2]) + u[1]), negative = sum(k[3:4]) / (sum(k[3:4]) + u[2])) |> as.list(),
  lowest = as.list(apply(every, 1, min)), highest = as.list(apply(every, 1, max)),
  odds = c(0, .5, 1, 3), tilted = lapply(c(0, .5, 1, 3), function(t) as.list(tilt(k, u, t))), liver = as.list(tilt(liver, unseen, 1)),
  day = format(day), again = again, whole = z, rate_whole = a, rate_short = b,
  difference = c(a[1] - b[1], a[1] - b[1] - sqrt((a[1] - a[2])^2 + (b[3] - b[1])^2), a[1] - b[1] + sqrt((a[3] - a[1])^2 + (b[1] - b[2])^2)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), na = "null"))
