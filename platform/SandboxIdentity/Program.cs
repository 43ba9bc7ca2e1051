using Ips.SandboxIdentity;
using Ips.SandboxIdentity.Keys;
using Ips.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
var data = builder.Configuration["Data:Directory"] is { Length: > 0 } given
    ? Path.GetFullPath(given)
    : throw new InvalidOperationException("Data:Directory is missing; set it to the platform's data directory, for example --Data:Directory .data");

SandboxKeys keys = new(data);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(keys);
builder.Services.AddSingleton(new PartnerClients(data));
builder.Services.AddSingleton<PortalAddresses>();
builder.Services.AddHostedService<ClientRegistration>();
builder.Services.AddHostedService<TokenPruning>();
builder.Services.AddDataProtection().SetApplicationName("ips-sandbox-identity").PersistKeysToFileSystem(new(Path.Combine(data, "keys", "sandbox-identity")));
builder.Services.AddSignIn();
builder.AddIssuer(keys);

var app = builder.Build();
app.UsePageHeaders();
app.UseStaticFiles();
app.UseAuthentication();
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapIssuer();
app.MapSignIn();
app.MapGet("/", () => Results.LocalRedirect("~" + SignInSession.Path));
app.Run();
