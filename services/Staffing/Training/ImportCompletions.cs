using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Ips.Contracts;
using Ips.Staffing.StaffMembers;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Training;

/// <summary>Records completions from CSV: good lines are stored, every other is named, and what is on file is not stored again.</summary>
public sealed class ImportCompletions(StaffRecords records, Gatekeeper gate, TrainingPlan plan, Requests requests, TimeProvider clock)
{
    private const int Longest = 3 * 1024 * 1024;
    private const int MostErrors = 1000;
    private const int MostMinutes = 100_000;
    private static readonly string[] Columns = ["staff_member", "course", "completed_on", "expires_on", "minutes"];

    private sealed record Row(int Line, StaffMemberId Staff, Proto.TrainingCourse Course, DateOnly On, DateOnly? Expires, int? Minutes);

    public Task<Result<Proto.CompletionImport>> Handle(Proto.ImportCompletionsRequest request, CancellationToken cancellationToken)
    {
        if (request.Csv.Length is 0 or > Longest)
        {
            return Task.FromResult<Result<Proto.CompletionImport>>(new Problem.Invalid("csv",
                request.Csv.Length == 0 ? "is missing; send the file with its header" : $"has {request.Csv.Length} characters; send at most {Longest}"));
        }

        List<Proto.LineError> errors = [];
        return Read(request.Csv, errors).Is(out var rows, out var problem)
            ? requests.Run<Proto.CompletionImport>(request.RequestId, request, s => Store(rows, errors, s), cancellationToken)
            : Task.FromResult<Result<Proto.CompletionImport>>(problem);
    }

    private async Task<Result<Decided<Proto.CompletionImport>>> Store(
        IReadOnlyList<Row> rows, IReadOnlyList<Proto.LineError> malformed, CancellationToken cancellationToken)
    {
        // read
        var found = (await records.Read([.. rows.Select(r => r.Staff).Distinct()], cancellationToken)).ToDictionary(f => f.Member.Id);

        // decide
        Changes changes = new(clock.GetUtcNow());
        List<Proto.LineError> errors = [.. malformed];
        var (stored, repeated) = (0, 0);
        foreach (var ofOne in rows.GroupBy(r => r.Staff).OrderBy(g => g.Key.Value))
        {
            if (!found.TryGetValue(ofOne.Key, out var record))
            {
                errors.AddRange(ofOne.Select(r => Error(r.Line, Columns[0], "is no staff member that you may see")));
                continue;
            }

            List<TrainingCompletion> made = [];
            foreach (var row in ofOne)
            {
                TrainingCompletion completion = new()
                {
                    Id = Guid.CreateVersion7(changes.Now),
                    Provider = record.Member.Provider,
                    StaffMemberId = row.Staff,
                    Course = row.Course,
                    CompletedOn = row.On,
                    ExpiresOn = row.Expires,
                    Minutes = row.Minutes,
                    RecordedAt = changes.Now,
                };
                if (record.Completions.Where(c => c.Counts).Concat(made).Any(c => RecordCompletion.Same(c, completion)))
                    repeated++;
                else
                    made.Add(changes.Insert(completion));
            }

            if (made.Count == 0)
                continue;
            stored += made.Count;
            var before = gate.Of(record);
            changes.Update(record.Member);
            record = record with { Completions = [.. record.Completions, .. made] };
            gate.Publish(before, record, changes);
            await plan.Sync(record, changes, cancellationToken);
        }

        return new Decided<Proto.CompletionImport>(new()
        {
            Stored = stored,
            RepeatedLines = repeated,
            Refused = errors.Select(e => e.Line).Distinct().Count(),
            Errors = { errors.OrderBy(e => e.Line).ThenBy(e => Array.IndexOf(Columns, e.Column)).Take(MostErrors) },
        }, changes);
    }

    private Result<IReadOnlyList<Row>> Read(string csv, List<Proto.LineError> errors)
    {
        List<Row> rows = [];
        using StringReader text = new(csv);
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = false });
        if (!parser.Read() || !parser.Record!.Select(c => c.Trim().TrimStart('\ufeff')).SequenceEqual(Columns))
            return new Problem.Invalid("csv", $"has not the header {string.Join(",", Columns)}");
        while (parser.Read())
        {
            var record = parser.Record!;
            if (record.Length == Columns.Length)
                Add(parser.RawRow, record, rows, errors);
            else if (record is not [""])
                errors.Add(Error(parser.RawRow, "", $"has {record.Length} columns, expected {Columns.Length}"));
        }

        return rows;
    }

    private void Add(int line, string[] record, List<Row> rows, List<Proto.LineError> errors)
    {
        var before = errors.Count;
        var today = clock.UtcDay();
        if (!StaffMemberId.TryParse(record[0].Trim(), out var staff))
            errors.Add(Error(line, Columns[0], "is not of the form staff/{uuid}"));
        if (!WireCode.TryRead<Proto.TrainingCourse>(record[1].Trim().ToUpperInvariant(), out var course) || course == Proto.TrainingCourse.Unspecified)
            errors.Add(Error(line, Columns[1], "is no course; send a code such as IPS_101"));
        var on = Day(2, required: true);
        var expires = Day(3, required: false);
        if (on > today)
            errors.Add(Error(line, Columns[2], Problem.Invalid.Ahead));
        if (expires < on)
            errors.Add(Error(line, Columns[3], "lies before completed_on"));
        int? minutes = null;
        if (int.TryParse(record[4].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MostMinutes)
            minutes = number;
        else if (record[4].Trim().Length > 0 || course == Proto.TrainingCourse.Annual)
            errors.Add(Error(line, Columns[4], $"is no number of minutes; send 1 to {MostMinutes}"));
        if (errors.Count == before)
            rows.Add(new(line, staff, course, on!.Value, expires, minutes));

        DateOnly? Day(int column, bool required)
        {
            var written = record[column].Trim();
            RequestValidator fields = new();
            var day = required ? fields.Day(Columns[column], written) : fields.OptionalDay(Columns[column], written);
            if (fields.Problem is not Problem.Invalid wrong)
                return day;
            errors.Add(Error(line, Columns[column], wrong.Why));
            return null;
        }
    }

    private static Proto.LineError Error(int line, string column, string why) => new() { Line = line, Column = column, Why = why };
}
