namespace Ips.Policies.Reports;

/// <summary>The unit of a metric.</summary>
public enum MetricUnit
{
    /// <summary>People, each once.</summary>
    People,

    /// <summary>Events, each once.</summary>
    Events,

    /// <summary>Units of service.</summary>
    Units,

    /// <summary>US dollars.</summary>
    Usd,

    /// <summary>A share in percent.</summary>
    Percent,
}

/// <summary>A dated definition of a number in reports: the same code on the same day has the same definition.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Reports">The reports that have it.</param>
/// <param name="Topic">The topic on which events add to it.</param>
/// <param name="Among">The topic that the people of a share are among; null for a number that is none.</param>
/// <param name="Unit">The unit.</param>
/// <param name="From">The first day on which it holds.</param>
/// <param name="Through">The last day, included; null while it is open.</param>
/// <param name="Numerator">What is counted.</param>
/// <param name="Denominator">Among what, for a share; else empty.</param>
/// <param name="Exclusions">What is left out.</param>
/// <param name="Steward">Who answers for the definition.</param>
public sealed record ReportMetric(
    string Code, string Title, IReadOnlyList<Report> Reports, string Topic, string? Among, MetricUnit Unit, DateOnly From, DateOnly? Through, string Numerator,
    string Denominator, string Exclusions, string Steward)
{
    /// <summary>
    /// The topic that ends what the topic begins, about the same subject: then what is still open on the last day of the period counts, whenever it began. Null
    /// for a number of what happened in the period.
    /// </summary>
    public string? Until { get; init; }

    private const string File = "metrics.yaml";
    private static readonly Lazy<IReadOnlyList<ReportMetric>> Read = new(ReadShipped);

    /// <summary>Every definition, in the order of reports.</summary>
    /// <exception cref="BadPackException">Their file has problems; all are listed.</exception>
    public static IReadOnlyList<ReportMetric> Shipped => Read.Value;

    /// <summary>The definitions of a report that hold on a day: of a period the last day.</summary>
    public static IReadOnlyList<ReportMetric> Of(Report report, DateOnly day) =>
        [.. Shipped.Where(metric => metric.Reports.Contains(report) && metric.From <= day && (metric.Through is not { } last || last >= day))];

    private static IReadOnlyList<ReportMetric> ReadShipped()
    {
        using StreamReader reader = new(typeof(ReportMetric).Assembly.GetManifestResourceStream($"platform/{File}")!);
        List<PackProblem> problems = [];
        var all = ReadFrom(reader.ReadToEnd(), problems);
        return problems.Count == 0 ? all : throw new BadPackException(problems);
    }

    /// <summary>Reads definitions; what is wrong is added to <paramref name="problems"/>.</summary>
    public static IReadOnlyList<ReportMetric> ReadFrom(string text, List<PackProblem> problems)
    {
        if (PackNode.Parse(File, text, problems) is not { } root)
            return [];
        _ = (root.RequiredText("verified", "the day of the last comparison"), root.RequiredText("needs_confirmation", "true or false"));
        List<ReportMetric> all = [.. root.Maps("metrics").Select(ReadOne)];
        root.RefuseUnknown();
        foreach (var (first, second) in all.SelectMany((first, i) => all.Skip(i + 1).Select(second => (first, second))))
        {
            if (first.Code == second.Code && first.From <= (second.Through ?? DateOnly.MaxValue) && second.From <= (first.Through ?? DateOnly.MaxValue))
                root.Problem($"'{first.Code}' has two definitions on one day", "end the first one the day before the second one begins");
        }

        return all;
    }

    private static ReportMetric ReadOne(PackNode node)
    {
        var unit = node.Choice<MetricUnit>("unit");
        ReportMetric metric = new(
            node.RequiredText("metric", "its code"), node.RequiredText("title", "what people call it"), node.Choices<Report>("reports"),
            node.RequiredText("topic", "the topic on which events add to it"), node.Text("among"), unit ?? MetricUnit.Events,
            node.Day("from") ?? default, node.Day("through"), node.RequiredText("numerator", "what is counted"), node.Text("denominator") ?? "",
            node.RequiredText("exclusions", "what is left out"), node.RequiredText("steward", "who answers for it"))
        { Until = node.Text("until") };
        if (metric.Reports.Count == 0)
            node.Problem("'reports' names none", "name at least one report");
        if (metric.From == default)
            node.Problem("'from' is missing", "write the first day");
        if (metric.Unit == MetricUnit.Percent != metric.Among is not null || metric.Unit == MetricUnit.Percent != metric.Denominator.Length > 0)
            node.Problem("a share has 'among' and 'denominator', and no other metric has", "write both, or none");
        node.RefuseUnknown();
        return metric;
    }
}
