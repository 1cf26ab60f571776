# Reference values for latent classes of real answers: twelve items of De Boeck & Wilson (2004), yes (1, 2) or no (0).
# Run in this folder, with the data beside the checkout: Rscript latent_verbal.R > latent_verbal.json
suppressPackageStartupMessages({library(jsonlite); library(flexmix)})
script <- "latent_verbal.R"; used <- c("flexmix")
d <- read.csv(file.path(Sys.getenv("RISICO_DATA", "../../../shared/data"), "verbal-aggression/verbal_aggression.csv"))
items <- paste0("S", rep(1:4, each = 3), "Do", c("Curse", "Scold", "Shout"))
x <- as.matrix(d[items] > 0) + 0
set.seed(5)
ll <- sapply(2:3, function(k) as.numeric(logLik(stepFlexmix(x ~ 1, k = k, model = FLXMCmvbinary(), nrep = 10,
  verbose = FALSE, control = list(tolerance = 1e-10, iter.max = 2000, minprior = 0)))))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), items = items, n = nrow(x), loglik = ll)
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
