using Hl7.Fhir.Model;
using Ips.Eligibility.Fhir.Subscriptions;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Fhir;

/// <summary>The FHIR R4 endpoint: its addresses, who may call them, and what everything on it has in common.</summary>
internal static class FhirEndpoints
{
    private const string Root = "/fhir";

    /// <summary>What the endpoint needs.</summary>
    public static void AddFhir(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceCodes>();
        builder.Services.AddScoped<BusinessIdentifiers>().AddScoped<Practitioners>().AddScoped<SubmitClaim>().AddScoped<InquireClaim>().AddScoped<FhirDoor>().AddScoped<SubmitAttachment>()
            .AddScoped<ReadAnswer>().AddScoped<Requirements>().AddScoped<OrderHooks>().AddScoped<QuestionnairePackage>();
        builder.Services.AddOptions<SubscriptionOptions>().Bind(builder.Configuration.GetSection("Fhir:Subscriptions"));
        builder.Services.AddScoped<ManageSubscriptions>().AddSingleton<HostNames>().AddSingleton<SubscriptionSender>();
        builder.Services.AddSingleton(services =>
        {
            var options = services.GetRequiredService<IOptions<SubscriptionOptions>>().Value;
            return new Receivers(services.GetRequiredService<HostNames>(), options.Timeout, options.AllowLoopback);
        });
        builder.Services.AddHostedService(services => services.GetRequiredService<SubscriptionSender>());
        builder.Services.AddScoped<IChangesObserver>(services => services.GetRequiredService<FhirDoor>());
    }

    /// <summary>Maps the endpoint.</summary>
    public static void MapFhir(this WebApplication app)
    {
        StatusForm form = new(WriteFault);
        var fhir = app.MapGroup(Root).WithMetadata(form);
        fhir.MapGet("/metadata", Metadata).AllowAnonymous();
        fhir.MapGet("/Endpoint", Directory).AllowAnonymous();
        fhir.MapGet("/.well-known/smart-configuration", Smart).AllowAnonymous();
        fhir.MapPost("/Claim/$submit", Submit).WithMetadata(new LimitedCall("Claim/$submit"), new AuthorizeAttribute { Roles = Roles.Provider });
        fhir.MapPost("/Claim/$inquire", Inquire)
            .WithMetadata(new LimitedCall("Claim/$inquire"), new AuthorizeAttribute { Roles = $"{Roles.Provider},{Roles.Mco}" });
        fhir.MapPost("/Questionnaire/$questionnaire-package", Package)
            .WithMetadata(new LimitedCall("Questionnaire/$questionnaire-package"), new AuthorizeAttribute { Roles = Roles.Provider });
        fhir.MapPost("/$submit-attachment", Attach).WithMetadata(new LimitedCall("$submit-attachment"), new AuthorizeAttribute { Roles = Roles.Provider });
        fhir.MapGet("/Bundle/{id:guid}", Answered).WithMetadata(new LimitedCall("Bundle"), new AuthorizeAttribute { Roles = Roles.Provider });
        MapSubscriptions(fhir.MapGroup("/Subscription")
            .WithMetadata(new LimitedCall("Subscription"), new AuthorizeAttribute { Roles = Roles.Provider }));
        fhir.MapFallback("/{**rest}", Unknown);
        OrderHooks.Map(app, form);
    }

    private static void MapSubscriptions(RouteGroupBuilder subscriptions)
    {
        subscriptions.MapPost("/", (HttpContext http, ManageSubscriptions manage) =>
            Answer(http, FhirScopes.Subscription('c'), (Subscription sent) => manage.Create(sent, AddressOf(http), http.RequestAborted)));
        subscriptions.MapGet("/", (HttpContext http, ManageSubscriptions manage) =>
            Answer(http, FhirScopes.Subscription('s'), () => manage.List(AddressOf(http), http.RequestAborted)));
        subscriptions.MapGet("/{id:guid}", (HttpContext http, Guid id, ManageSubscriptions manage) =>
            Answer(http, FhirScopes.Subscription('r'), () => manage.Get(id, http.RequestAborted)));
        subscriptions.MapPut("/{id:guid}", (HttpContext http, Guid id, ManageSubscriptions manage) => Answer(http, FhirScopes.Subscription('u'),
            (Subscription sent) => manage.Update(id, http.Request.Headers.IfMatch, sent, http.RequestAborted)));
        subscriptions.MapDelete("/{id:guid}", (HttpContext http, Guid id, ManageSubscriptions manage) =>
            Answer(http, FhirScopes.Subscription('d'), () => manage.Delete(id, http.RequestAborted)));
        subscriptions.MapMethods("/{id:guid}/$status", [HttpMethods.Get, HttpMethods.Post], (HttpContext http, Guid id, ManageSubscriptions manage) =>
            Answer(http, FhirScopes.Subscription('r'), () => manage.Status(id, http.RequestAborted)));
    }

    private static async Task Answer<TResource>(
        HttpContext http, string scope, Func<TResource, Task<(SubscriptionAnswer? Answer, FhirFault? Fault)>> handle) where TResource : Resource
    {
        if (!await IsPermitted(http, scope))
            return;
        var (sent, _, fault) = await FhirJson.Read<TResource>(http.Request, http.RequestAborted);
        await Write(http, fault is null ? await handle(sent!) : (null, fault));
    }

    private static async Task Answer(HttpContext http, string scope, Func<Task<(SubscriptionAnswer? Answer, FhirFault? Fault)>> handle)
    {
        if (await IsPermitted(http, scope))
            await Write(http, await handle());
    }

    private static Task Write(HttpContext http, (SubscriptionAnswer? Answer, FhirFault? Fault) result)
    {
        if (result.Answer is not { } answer)
            return Write(http, null, result.Fault);
        if (answer.Resource is not { } resource)
        {
            http.Response.StatusCode = answer.Status;
            return Task.CompletedTask;
        }

        if (resource is Subscription subscription)
        {
            http.Response.Headers.ETag = $"W/\"{subscription.Meta!.VersionId}\"";
            if (answer.Status == StatusCodes.Status201Created)
                http.Response.Headers.Location = $"{AddressOf(http)}/Subscription/{subscription.Id}";
        }

        return FhirJson.Write(http.Response, answer.Status, resource);
    }

    private static Task Metadata(HttpContext http)
    {
        ForAnyPage(http);
        return FhirJson.Write(http.Response, StatusCodes.Status200OK, FhirCapability.Of(AddressOf(http)));
    }

    private static Task Directory(HttpContext http)
    {
        ForAnyPage(http);
        return FhirJson.Write(http.Response, StatusCodes.Status200OK, FhirCapability.Endpoints(AddressOf(http)));
    }

    private static async Task<IResult> Smart(HttpContext http, IOptionsMonitor<JwtBearerOptions> tokens)
    {
        ForAnyPage(http);
        if (tokens.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is not { } issuer)
            throw new ProblemException(new Problem.Unavailable("The issuer of tokens", TimeSpan.FromSeconds(2)));
        var known = await issuer.GetConfigurationAsync(http.RequestAborted);
        return Results.Json(FhirCapability.Smart(known.Issuer, known.TokenEndpoint, known.JwksUri));
    }

    private static async Task Submit(HttpContext http, SubmitClaim submit)
    {
        if (await Read(http, FhirScopes.Submit) is { } sent)
        {
            var (answer, fault) = await submit.Handle(sent, AddressOf(http), http.RequestAborted);
            await Write(http, answer, fault);
        }
    }

    private static async Task Inquire(HttpContext http, InquireClaim inquire)
    {
        if (await Read(http, FhirScopes.Inquire) is { } sent)
        {
            var (answer, fault) = await inquire.Handle(sent, http.RequestAborted);
            await Write(http, answer, fault);
        }
    }

    private static async Task Answered(HttpContext http, Guid id, ReadAnswer read)
    {
        if (!await IsPermitted(http, FhirScopes.Inquire))
            return;
        var (answer, fault) = await read.Handle(id, AddressOf(http), http.RequestAborted);
        await Write(http, answer, fault);
    }

    private static async Task Package(HttpContext http, QuestionnairePackage package)
    {
        if (!await IsPermitted(http, FhirScopes.Inquire))
            return;
        var (sent, _, unread) = await FhirJson.Read<Parameters>(http.Request, http.RequestAborted);
        var (answer, fault) = unread is null ? await package.Handle(sent!, AddressOf(http), http.RequestAborted) : (null, unread);
        await Write(http, answer, fault);
    }

    private static async Task Attach(HttpContext http, SubmitAttachment attach)
    {
        if (!await IsPermitted(http, FhirScopes.Submit))
            return;
        var (sent, _, unread) = await FhirJson.Read<Parameters>(http.Request, http.RequestAborted);
        var (answer, fault) = unread is null ? await attach.Handle(sent!, http.RequestAborted) : (null, unread);
        await Write(http, answer, fault);
    }

    private static Task Unknown(HttpContext http) => Write(http, null, FhirFault.Of(StatusCodes.Status404NotFound, OperationOutcome.IssueType.NotSupported, "",
        $"There is nothing at this path; {Root}/metadata lists what there is."));

    // Null when it has answered already.
    private static async Task<SentBundle?> Read(HttpContext http, string scope)
    {
        if (!await IsPermitted(http, scope))
            return null;
        var (sent, fault) = await FhirJson.Read(http.Request, http.RequestAborted);
        if (fault is not null)
            await Write(http, null, fault);
        return sent;
    }

    /// <summary>Whether the token has the scope; otherwise it has answered already.</summary>
    public static async Task<bool> IsPermitted(HttpContext http, string scope)
    {
        if (!FhirScopes.Permit(http.User.FindAll("scope").Select(claim => claim.Value), scope))
        {
            http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";
            await Write(http, null, FhirFault.Of(StatusCodes.Status403Forbidden, OperationOutcome.IssueType.Forbidden, "",
                $"The token does not permit this; request it with the scope {scope}."));
            return false;
        }

        return true;
    }

    private static Task Write(HttpContext http, Resource? answer, FhirFault? fault) => fault is null
        ? FhirJson.Write(http.Response, StatusCodes.Status200OK, answer!) : FhirJson.Write(http.Response, fault.Status, fault.ToResource());

    /// <summary>What the platform refuses before an operation runs, in the form of FHIR.</summary>
    private static Task WriteFault(HttpContext http, Google.Rpc.Status status, int code) => Write(http, null, FhirFault.Of(status, code));

    // These documents are public, and SMART expects that a page of any origin may read them.
    private static void ForAnyPage(HttpContext http) => http.Response.Headers.AccessControlAllowOrigin = "*";

    private static string AddressOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{Root}";
}
