using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Incentives;

/// <summary>Writes an invoice as a workbook or a PDF, with the names of its people as Eligibility has them now: they are stored nowhere here.</summary>
public sealed class DownloadIncentiveInvoice(
    BillingDb db, EligibilityClient eligibility, PolicyService policies, PersonalDataProtector protector, AuditTrail trail)
{
    private const int AtOnce = 20;

    public async Task<Result<Proto.IncentiveFile>> Handle(Proto.DownloadIncentiveInvoiceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IncentiveInvoiceId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.IncentiveInvoices.AsNoTracking().Include(i => i.People).SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } invoice)
            return new Problem.NotFound("incentive invoice", request.Name);
        if (!invoice.Stands)
            return new Problem.Conflict("incentive invoice state", $"the invoice is {WireCode.Lower(invoice.State)}; a file is written of one that stands");
        var letter = await db.IncentiveLetters.AsNoTracking().SingleAsync(l => l.Id == invoice.LetterId, cancellationToken);
        var people = invoice.People.OrderBy(p => p.Place).Select(p => p.IndividualId).Distinct().ToList();
        var name = $"incentive-{invoice.Quarter}-milestone-{string.Join('-', invoice.Milestones)}";
        if (request.Format == Proto.IncentiveFormat.Letter)
        {
            var file = await db.LetterFiles.AsNoTracking().SingleAsync(f => f.LetterId == letter.Id, cancellationToken);
            await trail.Read(people, cancellationToken);
            return File($"{name}-letter.{MediaTypes.Ending(letter.MediaType)}", letter.MediaType, protector.UnprotectBytes(file.EncryptedFile));
        }

        if (invoice.OwnForm)
            return new Problem.Conflict("incentive invoice form", "the provider sends a form of its own; make another invoice without own_form");
        var profile = await db.BillingProfiles.AsNoTracking().OrderByDescending(p => p.From).ThenByDescending(p => p.RecordedAt)
            .Where(p => p.Provider == invoice.Provider).FirstOrDefaultAsync(p => p.From <= letter.ReceivedOn, cancellationToken);
        if (profile is null)
            return new Problem.Conflict("billing profile", $"none is recorded that counts on {letter.ReceivedOn.Day()}; RecordBillingProfile first");
        List<(string Given, string Family)> names = [];
        foreach (var some in people.Chunk(AtOnce))
        {
            foreach (var answer in await Task.WhenAll(some.Select(each => eligibility.Get(each, cancellationToken))))
            {
                if (!answer.Is(out var person, out var problem))
                    return problem;
                names.Add((person.GivenName, person.FamilyName));
            }
        }

        await trail.Read(people, cancellationToken);
        InvoiceForm form = new(profile.Content(protector), invoice, letter, [.. names.OrderBy(n => n.Family, StringComparer.OrdinalIgnoreCase)
            .ThenBy(n => n.Given, StringComparer.OrdinalIgnoreCase)], policies.Engine.Programs[invoice.Program].Header.Steward);
        if (request.Format == Proto.IncentiveFormat.Pdf)
        {
            return form.Pdf() is { } pages ? File($"{name}.pdf", "application/pdf", pages)
                : new Problem.Conflict("incentive invoice names", "one of them has no Latin form for the PDF; download the workbook");
        }

        return File($"{name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", form.Workbook());
    }

    private static Proto.IncentiveFile File(string name, string type, byte[] content) => new()
    {
        FileName = name,
        MediaType = type,
        Content = UnsafeByteOperations.UnsafeWrap(content),
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
    };
}
