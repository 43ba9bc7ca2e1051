using Google.Api;
using Google.Protobuf;
using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Ips.Fidelity.Db;
using Ips.Fidelity.Reviews;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Files;

/// <summary>The report of a review as a file.</summary>
public sealed class GetReviewFile(FidelityDb db, Teams.TeamsClient teams, PolicyService policies)
{
    public async Task<Result<HttpBody>> Handle(Proto.GetReviewFileRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReviewId>("name", request.Name);
        fields.Require(Enum.IsDefined(request.Format), "format", "is not known; send REVIEW_FILE_FORMAT_HTML or REVIEW_FILE_FORMAT_PDF");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Reviews.AsNoTracking().Include(r => r.Decision).SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } review)
            return new Problem.NotFound("review", request.Name);
        var visit = review.VisitId is { } from
            ? await db.Visits.AsNoTracking().Include(v => v.Evidence).SingleOrDefaultAsync(v => v.Id == from, cancellationToken)
            : null;
        var all = await db.Reviews.AsNoTracking().Where(r => r.TeamId == review.TeamId && r.Program == review.Program).ToListAsync(cancellationToken);
        // Without Staffing the report has the team's id in place of its name.
        var name = (await teams.GetTeamAsync(new() { Name = review.TeamId.Name }, cancellationToken: cancellationToken)
            .Answer("staffing", "team", review.TeamId.Name))
            .Is(out var team, out _) && team.DisplayName.Length > 0 ? team.DisplayName : review.TeamId.Name;
        var report = ReviewReport.Of(review, name, visit, new TeamHistory(policies, review.Program, all).Final, policies.Today(review.Program)!.Value);
        return request.Format == Proto.ReviewFileFormat.Pdf
            ? new HttpBody { ContentType = "application/pdf", Data = ByteString.CopyFrom(PdfReport.Write(report)) }
            : new HttpBody { ContentType = "text/html; charset=utf-8", Data = ByteString.CopyFromUtf8(HtmlReport.Write(report)) };
    }
}
