using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Ips.Contracts;
using Microsoft.AspNetCore.Authorization;
using Ips.Policies;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// CDS Hooks for orders (Da Vinci CRD 2.0.1): a card for each order says whether the service needs an authorization, which documents, and by which paragraph.
/// This service never calls the client back: what it needs comes as prefetch.
/// </summary>
internal sealed class OrderHooks(BusinessIdentifiers identifiers, Requirements requirements, PolicyService policies, AuditTrail audit, TimeProvider clock)
{
    private const string Root = "/crd/cds-services";
    private const int LongestSummary = 140;
    private const int MostOrders = 20;

    private static readonly JsonArray Services =
    [
        Service("order-sign", "order-sign", "orders that are signed"), Service("order-dispatch", "order-dispatch", "orders that are given to a performer"),
    ];

    /// <summary>
    /// Maps the discovery document, which is open to anyone, and the two services. What goes wrong is an OperationOutcome, as CDS Hooks suggests.
    /// </summary>
    public static void Map(WebApplication app, StatusForm form)
    {
        var hooks = app.MapGroup(Root).WithMetadata(form);
        hooks.MapGet("", (HttpContext http) =>
        {
            http.Response.Headers.AccessControlAllowOrigin = "*";
            return Results.Json(new JsonObject { ["services"] = Services.DeepClone() });
        }).AllowAnonymous();
        hooks.MapPost("/{hook}", Answer).WithMetadata(new LimitedCall("cds-services"), new AuthorizeAttribute { Roles = $"{Roles.Provider},{Roles.Mco}" });
    }

    private static async Task Answer(HttpContext http, string hook, OrderHooks hooks)
    {
        if (!await FhirEndpoints.IsPermitted(http, FhirScopes.Inquire))
            return;
        var (request, fault) = Services.Any(s => (string)s!["id"]! == hook) ? await Read(http.Request, hook, http.RequestAborted)
            : (null, FhirFault.Of(StatusCodes.Status404NotFound, IssueType.NotFound, "", $"There is no such service; {Root} lists them."));
        var cards = new JsonArray();
        if (fault is null)
            (cards, fault) = await hooks.Handle(hook, request!, http.RequestAborted);
        if (fault is not null)
        {
            await FhirJson.Write(http.Response, fault.Status, fault.ToResource());
            return;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(new JsonObject { ["cards"] = cards }.ToJsonString(), http.RequestAborted);
    }

    private static async Task<(JsonObject? Request, FhirFault? Fault)> Read(HttpRequest sent, string hook, CancellationToken cancellationToken)
    {
        if (await FhirJson.Bytes(sent, FhirJson.MostBytes, cancellationToken) is not { } bytes)
        {
            return (null, FhirFault.Of(StatusCodes.Status413PayloadTooLarge, IssueType.TooLong, "",
                $"The request is larger than the {FhirJson.MostBytes} bytes that this service takes."));
        }

        try
        {
            if (JsonNode.Parse(bytes, documentOptions: new() { MaxDepth = 64, AllowDuplicateProperties = false }) is JsonObject request
                && request["hook"] is JsonValue named && named.ToString() == hook)
                return (request, null);
        }
        catch (JsonException)
        {
            // Answered below, without the text, which repeats a part of the body.
        }

        return (null, Missing("hook", $"{hook}, in the request that CDS Hooks defines for it"));
    }

    private async Task<(JsonArray Cards, FhirFault? Fault)> Handle(string hook, JsonObject request, CancellationToken cancellationToken)
    {
        if (Part<Patient>(request, "prefetch", "patient") is not { } patient)
            return ([], Missing("prefetch.patient", "the Patient"));
        if (Part<Bundle>(request, "prefetch", "coverage") is not { } coverages)
            return ([], Missing("prefetch.coverage", "a Bundle of Coverages"));
        var (context, name) = hook == "order-sign" ? ("context", "draftOrders") : ("prefetch", "orders");
        if (Part<Bundle>(request, context, name) is not { } orders)
            return ([], Missing($"{context}.{name}", "a Bundle of orders"));
        var (person, rejected) = await identifiers.Person(
            patient, coverages.Entry.Select(e => e.Resource).OfType<Coverage>().FirstOrDefault(), "prefetch.patient", cancellationToken);
        if (person is null)
            return ([Card("info", "The person is not on file here", $"{rejected!.Path}: {rejected.Text}")], null);
        JsonArray cards = [];
        foreach (var service in orders.Entry.Select(e => e.Resource).OfType<ServiceRequest>().Select(OrderedService.Of).OfType<OrderedService>().Take(MostOrders))
        {
            if (!(await requirements.Of(person.Id, service, cancellationToken)).Is(out var found, out var problem))
                return ([], FhirFault.Of(problem, _ => $"{context}.{name}"));
            if (found.Order is { } needed)
                cards.Add(Card(needed));
        }

        await audit.Read([person.Id], cancellationToken);
        return (cards, null);
    }

    private JsonObject Card(OrderRequirements needed)
    {
        var text = $"By {Paragraph(needed.Ground)}: {needed.Ground.Says}";
        if (needed.Kind == default)
            return Card("info", "No prior authorization is needed for this service", text);
        if (needed.Covered is { } covered)
        {
            return Card("info", string.Create(CultureInfo.InvariantCulture,
                $"Authorized from {covered.From} to {covered.Through}, {covered.UnitsLeft} of {covered.UnitsApproved} units left"), text);
        }

        var rules = policies.Engine.Programs[needed.Program].Rules.ToDictionary(r => r.Id.Value, StringComparer.Ordinal);
        var lines = needed.Checklist.Items.Select(item => $"- **{item.Document.Replace('_', ' ')}**{(item.Received ? " (on record)" : "")}"
            + (item.MissingContents.Count == 0 ? "" : $" with {string.Join(", ", item.MissingContents).Replace('_', ' ')}")
            + $": {string.Join("; ", item.RuleIds.Select(id => Paragraph(rules[id])))}");
        var due = needed.Checklist.DueOn.Length == 0 ? "" : $" The request is due by {needed.Checklist.DueOn}.";
        return Card("warning", $"Prior authorization is needed ({needed.Program}, {WireCode.Lower(needed.Kind)!.Replace('_', ' ')})",
            $"{text}\n\nA request needs:{(needed.Checklist.Items.Count == 0 ? " no document." : "\n\n" + string.Join('\n', lines))}\n\n{due}".TrimEnd());
    }

    private static string Paragraph(RuleEntry rule) => $"{rule.Id.Value} ({rule.Citation})";

    private JsonObject Card(string indicator, string summary, string detail) => new()
    {
        ["uuid"] = Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
        ["summary"] = summary.Length <= LongestSummary ? summary : summary[..LongestSummary],
        ["indicator"] = indicator,
        ["detail"] = detail,
        ["source"] = new JsonObject { ["label"] = "IPS Platform" },
    };

    private static TResource? Part<TResource>(JsonObject request, string part, string name) where TResource : Resource =>
        request[part] is JsonObject all && all[name] is JsonObject sent
            ? FhirJson.Parse(Encoding.UTF8.GetBytes(sent.ToJsonString()), typeof(TResource).Name).Resource as TResource : null;

    private static FhirFault Missing(string field, string expected) =>
        FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.Required, field, $"is missing or cannot be read; send {expected}");

    private static JsonObject Service(string id, string hook, string what)
    {
        JsonObject prefetch = new()
        {
            ["patient"] = "Patient/{{context.patientId}}",
            ["coverage"] = "Coverage?patient={{context.patientId}}&status=active",
        };
        if (hook == "order-dispatch")
            prefetch["orders"] = "ServiceRequest?_id={{context.dispatchedOrders.ServiceRequest.id}}";
        return new()
        {
            ["id"] = id,
            ["hook"] = hook,
            ["title"] = "Prior authorization of Individual Placement and Support",
            ["description"] = $"For {what}: whether the service needs an authorization, which documents, and by which paragraph.",
            ["prefetch"] = prefetch,
        };
    }
}
