using Ips.Contracts.Fidelity.V1;

namespace Ips.SandboxCohort;

/// <summary>The state's reviews of a team: one early, one a year later. A team contests one.</summary>
internal sealed class FidelityReviews(Cohort cohort, Agency agency)
{
    public async Task Live()
    {
        var program = agency.Program;
        var state = cohort.Desk("state", program.StateAgency, $"reviews {program.Id}");
        var team = cohort.Desk("provider", program.Provider, $"reviews {program.Id} team");
        await agency.Opened;
        var day = cohort.Calendar.First.AddDays(75).Workday();
        for (var number = 0; ; number++)
        {
            await cohort.Calendar.Until(day);
            await Review(state, team, day, number, contested: program.Id == "nc-core" && number == 0);
            day = day.AddYears(1).Workday();
        }
    }

    private async Task Review(Desk state, Desk team, DateOnly day, int number, bool contested)
    {
        var draft = await state.Reviews.RecordReviewAsync(new()
        {
            Team = agency.Team,
            Program = agency.Program.Id,
            Evaluator = Evaluator.Dhhs,
            LastOnsiteDay = day.Text(),
            // Fair at first, 97 or 98 of 125; good a year later.
            Scores = { Enumerable.Range(1, 25).Select(item => new ItemScore { Item = item, Score = item % 25 < 22 + number ? 4 : number == 0 ? 3 : 5 }) },
        });
        await cohort.Calendar.Until(day.AddDays(7).Workday());
        var review = await team.Reviews.ReceiveDraftAsync(new() { Name = draft.Name, Etag = draft.Etag, DraftReceivedDate = cohort.Calendar.Today.Text() });
        if (contested)
        {
            await cohort.Calendar.Until(day.AddDays(11).Workday());
            review = await team.Reviews.ContestReviewAsync(new()
            {
                Name = review.Name,
                Etag = review.Etag,
                SubmittedOn = cohort.Calendar.Today.Text(),
                Items = { 22, 23 },
                Data = { new ContestData { Item = 22, PracticeDate = day.Text() }, new ContestData { Item = 23, PracticeDate = day.Text() } },
            });
            await cohort.Calendar.Until(day.AddDays(20).Workday());
            review = await state.Reviews.DecideContestAsync(new()
            {
                Name = review.Name,
                Etag = review.Etag,
                DecidedOn = cohort.Calendar.Today.Text(),
                Items =
                {
                    new ContestedItemDecision { Item = 22, Score = review.Scores[21].Score + 1, Outcome = ContestOutcome.Changed },
                    new ContestedItemDecision { Item = 23, Score = review.Scores[22].Score, Outcome = ContestOutcome.DataInsufficient },
                },
            });
            cohort.Count.Add(nameof(Tally.Contested));
        }

        await cohort.Calendar.Until(day.AddDays(35).Workday());
        await state.Reviews.FinalizeReviewAsync(new() { Name = review.Name, Etag = review.Etag, FinalReportReceivedDate = cohort.Calendar.Today.Text() });
        cohort.Count.Add(nameof(Tally.Reviews));
    }
}
